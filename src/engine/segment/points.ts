/** From points on a picture to the thing that they mean. */
import { EditError } from "../../errors.ts";
import { areaShare } from "../geometry/mask.ts";
import type { Point, Rgb } from "../raster.ts";
import { wholeBox } from "../retouch/resample.ts";
import { keepTouched } from "./components.ts";
import { type Cut, cleaned } from "./cut.ts";
import { enlargeMask } from "./enlarge.ts";
import { grabCut, LABEL, type Labels, type View } from "./grabcut.ts";
import { labelsFromMask, labelsFromPoints, type SmallPoint, viewOfMask, wholeView } from "./hints.ts";
import type { Cv } from "./opencv.ts";
import { ramp } from "./ramp.ts";
import { workingCopy } from "./shrink.ts";
import { wholeAt } from "./whole.ts";

/** In continuous pixels of the picture. */
export interface HintPoint {
  readonly point: Point;
  readonly positive: boolean;
}

/** A closer look that keeps less than this of the thing has lost it. */
const KEPT = 0.3;

/**
 * One point alone means "what is here" and may select more than its own colour; several say exactly what they mean.
 * Twice: over the whole picture to find the thing's extent, then closer up for its outline.
 * @throws EditError `region-empty` without a positive point, `region-outside` for a point outside the picture.
 */
export function cutPoints(rgb: Rgb, points: readonly HintPoint[], cv: Cv): Cut {
  checkPoints(rgb, points);
  const copy = workingCopy(rgb);
  const view = { ...wholeView(copy), box: wholeBox(rgb) };
  const part = cutAtPoints(view, labelsFromPoints(view, pointsIn(view, points)), points, cv);
  const { cut, agreement } =
    points.length === 1 ? wholeAt(copy, part, pixelOf(view, points), cv) : { cut: part, agreement: 1 };
  const sure = 0.4 + 0.6 * ramp(areaShare(cut.small), 0, 0.01); // a speck may be a detail of what was meant
  const fine = closeUp(rgb, copy, cut, points, cv);
  return { ...fine, confidence: fine.confidence * sure * (0.5 + 0.5 * ramp(agreement, 0.1, 0.8)) };
}

/** Index of the first point's pixel in the view's small picture. */
function pixelOf(view: View, points: readonly HintPoint[]): number {
  const [first] = pointsIn(view, points);
  return first ? Math.floor(first.y) * view.small.width + Math.floor(first.x) : 0;
}

/** The same thing seen from nearer, `copy` being the picture at a smaller size; the cut itself where it already fills the view. */
function closeUp(rgb: Rgb, copy: Rgb, coarse: Cut, points: readonly HintPoint[], cv: Cv): Cut {
  const scale = copy.width / rgb.width;
  const rough = enlargeMask(copy, { ...coarse.view, box: wholeBox(copy) }, coarse.small);
  const closer = viewOfMask(rgb, rough, scale);
  if (!closer || closer.box[2] - closer.box[0] > 0.9 * rgb.width) return coarse;
  const labels = withPoints(labelsFromMask(closer, rough, scale), pointsIn(closer, points));
  const fine = cutAtPoints(closer, labels, points, cv);
  return areaOf(fine) < KEPT * areaOf(coarse) ? coarse : fine;
}

/** In pixels of the whole picture. */
function areaOf({ view: { box }, small }: Cut): number {
  return areaShare(small) * (box[2] - box[0]) * (box[3] - box[1]);
}

function checkPoints(rgb: Rgb, points: readonly HintPoint[]): void {
  if (!points.some(({ positive }) => positive)) {
    throw new EditError("region-empty", `Expected at least one positive point, got ${points.length} negative`);
  }
  for (const { point } of points) {
    const [x, y] = point;
    if (x >= 0 && y >= 0 && x < rgb.width && y < rgb.height) continue;
    throw new EditError("region-outside", `Expected a point inside ${rgb.width}x${rgb.height}, got [${x}, ${y}]`);
  }
}

function pointsIn({ box, small }: View, points: readonly HintPoint[]): SmallPoint[] {
  return points.map(({ point: [x, y], positive }) => ({
    x: Math.max(0, Math.min(small.width - 1e-3, ((x - box[0]) * small.width) / (box[2] - box[0]))),
    y: Math.max(0, Math.min(small.height - 1e-3, ((y - box[1]) * small.height) / (box[3] - box[1]))),
    positive,
  }));
}

function withPoints(labels: Labels, points: readonly SmallPoint[]): Labels {
  for (const { x, y, positive } of points) {
    labels.data[Math.floor(y) * labels.width + Math.floor(x)] = positive ? LABEL.object : LABEL.background;
  }
  return labels;
}

/** Only parts that hold a positive point; the point's own neighbourhood is object by its label, so one exists. */
function cutAtPoints(view: View, labels: Labels, points: readonly HintPoint[], cv: Cv): Cut {
  const cut = grabCut(cv, view.small, labels);
  const seeds = new Set(
    pointsIn(view, points)
      .filter(({ positive }) => positive)
      .map(({ x, y }) => Math.floor(y) * view.small.width + Math.floor(x)),
  );
  return cleaned(
    view,
    cut,
    keepTouched(cut, (i) => seeds.has(i)),
  );
}
