/** From a hint to the mask of one thing in the picture, with how sure it is and what is odd about it. */
import { EditError } from "../../errors.ts";
import type { Warning } from "../api.ts";
import { areaPixels, areaShare, boundingBox } from "../geometry/mask.ts";
import type { Box, Mask, Point, Rgb } from "../raster.ts";
import { fillHoles, keepLargest, keepTouched } from "./components.ts";
import { separationConfidence } from "./confidence.ts";
import { enlargeMask, grabCut, LABEL, type Labels, type View } from "./grabcut.ts";
import {
  labelsFromBox,
  labelsFromMask,
  labelsFromPoints,
  type SmallPoint,
  viewAround,
  viewOfMask,
  wholeView,
} from "./hints.ts";
import type { Cv } from "./opencv.ts";
import { segmentSalient } from "./saliency.ts";

/** Coordinates in continuous pixels of the picture. One positive point alone means "what is here". */
export type Hint =
  | { readonly type: "box"; readonly box: Box }
  | { readonly type: "points"; readonly points: readonly { readonly point: Point; readonly positive: boolean }[] }
  | { readonly type: "mask"; readonly mask: Mask }
  | { readonly type: "salient" };

/** `mask` is soft at its border and binary above 127; it is never empty. `confidence` is 0–1, unsure below 0.5. */
export interface Selected {
  readonly mask: Mask;
  readonly confidence: number;
  readonly warnings: readonly Warning[];
}

/** What a segmentation found, on the small picture of a view. */
interface Cut {
  readonly view: View;
  readonly small: Mask;
  readonly confidence: number;
}

/** Parts that small against the largest are noise, not a second half of the thing. */
const KEEP_SHARE = 0.2;
const HOLE_SHARE = 0.15;

/**
 * @throws EditError `region-outside` for a box or point outside the picture, `region-empty` for an empty rough mask or
 * no positive point, `mask-size-mismatch` for a rough mask of another size.
 */
export function selectFromHint(rgb: Rgb, hint: Hint, cv: Cv): Selected {
  switch (hint.type) {
    case "salient": {
      const { mask, confidence } = segmentSalient(rgb, cv);
      if (areaPixels(mask) === 0)
        throw new EditError("region-empty", "Expected one clear object, found none", {
          hint: "Give a box or a point.",
        });
      return withWarnings(mask, confidence);
    }
    case "box":
      return finish(rgb, cutBox(rgb, hint.box, cv));
    case "points":
      return finish(rgb, cutPoints(rgb, hint.points, cv));
    case "mask":
      return finish(rgb, cutMask(rgb, hint.mask, cv));
    default: {
      const unknown: never = hint;
      throw new TypeError(`Expected a hint of a known type, got ${JSON.stringify(unknown)}`);
    }
  }
}

function finish(rgb: Rgb, { view, small, confidence }: Cut): Selected {
  return withWarnings(enlargeMask(rgb, view, small), confidence);
}

function cutBox(rgb: Rgb, box: Box, cv: Cv): Cut {
  const inside = boxInside(rgb, box);
  const view = viewAround(rgb, inside);
  const labels = labelsFromBox(view, inside);
  const cut = cutFrom(view, labels, cv);
  const boxArea = labels.data.filter((label) => label !== LABEL.background).length;
  // Almost nothing left means that the box holds no thing of its own colour: the box itself is the better answer.
  if (areaPixels(cut.small) >= 0.06 * boxArea) return cut;
  const whole = labels.data.map((label) => (label === LABEL.background ? 0 : 255));
  return { view, small: { ...cut.small, data: whole }, confidence: 0.2 };
}

function boxInside(rgb: Rgb, [x0, y0, x1, y1]: Box): Box {
  const box: Box = [Math.max(0, x0), Math.max(0, y0), Math.min(rgb.width, x1), Math.min(rgb.height, y1)];
  if (box[2] - box[0] >= 1 && box[3] - box[1] >= 1) return box;
  throw new EditError(
    "region-outside",
    `Expected a box that covers part of the ${rgb.width}x${rgb.height} picture, got [${[x0, y0, x1, y1].join(", ")}]`,
  );
}

function cutMask(rgb: Rgb, mask: Mask, cv: Cv): Cut {
  if (mask.width !== rgb.width || mask.height !== rgb.height) {
    throw new EditError(
      "mask-size-mismatch",
      `Expected mask of ${rgb.width}x${rgb.height} to match the image, got ${mask.width}x${mask.height}`,
    );
  }
  const view = viewOfMask(rgb, mask);
  if (!view) throw new EditError("region-empty", "Expected a rough mask with at least one pixel, got an empty one");
  const labels = labelsFromMask(view, mask);
  const cut = cutFrom(view, labels, cv);
  const drawn = labels.data.map((label) => (label & 1 ? 255 : 0));
  const kept = areaPixels(cut.small) / Math.max(1, areaPixels({ ...cut.small, data: drawn }));
  return kept >= 0.15 ? cut : { view, small: { ...cut.small, data: drawn }, confidence: 0.2 };
}

/** Twice: over the whole picture to find the thing's extent, then closer up for its outline. */
function cutPoints(rgb: Rgb, points: readonly { point: Point; positive: boolean }[], cv: Cv): Cut {
  checkPoints(rgb, points);
  const view = wholeView(rgb);
  const coarse = cutAtPoints(view, labelsFromPoints(view, pointsIn(view, points)), points, cv);
  const closer = viewOfMask(rgb, enlargeMask(rgb, view, coarse.small));
  if (!closer || closer.small.width >= view.box[2] - view.box[0]) return coarse;
  const labels = withPoints(labelsFromMask(closer, enlargeMask(rgb, view, coarse.small)), pointsIn(closer, points));
  return cutAtPoints(closer, labels, points, cv);
}

function checkPoints(rgb: Rgb, points: readonly { point: Point; positive: boolean }[]): void {
  if (!points.some(({ positive }) => positive)) {
    throw new EditError("region-empty", `Expected at least one positive point, got ${points.length} negative`);
  }
  for (const { point } of points) {
    const [x, y] = point;
    if (x >= 0 && y >= 0 && x < rgb.width && y < rgb.height) continue;
    throw new EditError("region-outside", `Expected a point inside ${rgb.width}x${rgb.height}, got [${x}, ${y}]`);
  }
}

function pointsIn({ box, small }: View, points: readonly { point: Point; positive: boolean }[]): SmallPoint[] {
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
function cutAtPoints(view: View, labels: Labels, points: readonly { point: Point; positive: boolean }[], cv: Cv): Cut {
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

function cutFrom(view: View, labels: Labels, cv: Cv): Cut {
  const cut = grabCut(cv, view.small, labels);
  return cleaned(view, cut, keepLargest(cut, KEEP_SHARE));
}

function cleaned(view: View, cut: Mask, kept: Mask): Cut {
  const pieces = areaPixels(kept) / Math.max(1, areaPixels(cut));
  const small = fillHoles(kept, HOLE_SHARE);
  return { view, small, confidence: separationConfidence(view.small, small) * pieces ** 0.3 };
}

function withWarnings(mask: Mask, confidence: number): Selected {
  const warnings: Warning[] = [];
  const warn = (code: string, message: string): void => void warnings.push({ code, message });
  const largest = areaPixels(keepLargest(mask, 1)) / Math.max(1, areaPixels(mask));
  if (largest < 0.85) warn("fragmented", `The selection is in several parts; the largest holds ${percent(largest)}.`);
  if (touchesBorder(mask))
    warn("touches-border", "The selection reaches the picture's border: part of the thing may be cut off.");
  if (areaShare(mask) < 0.0005) warn("region-tiny", `The selection covers ${percent(areaShare(mask))} of the picture.`);
  if (confidence < 0.5)
    warn("low-confidence", `Unsure of the outline (${percent(confidence)}): look at it before moving it.`);
  return { mask, confidence, warnings };
}

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.01 ? 2 : 0)} %`;

function touchesBorder(mask: Mask): boolean {
  const box = boundingBox(mask);
  return box !== null && (box[0] === 0 || box[1] === 0 || box[2] === mask.width || box[3] === mask.height);
}
