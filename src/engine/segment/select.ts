/** From a hint to the mask of one thing in the picture, with how sure it is and what is odd about it. */
import { EditError } from "../../errors.ts";
import type { Warning } from "../api.ts";
import { areaPixels, boundingBox } from "../geometry/mask.ts";
import type { Box, Mask, Point, Rgb } from "../raster.ts";
import { type Cut, cutFrom } from "./cut.ts";
import { enlargeMask } from "./enlarge.ts";
import { LABEL } from "./grabcut.ts";
import { labelsFromBox, labelsFromMask, viewAround, viewOfMask } from "./hints.ts";
import type { Cv } from "./opencv.ts";
import { sharedOf } from "./overlap.ts";
import { cutPoints } from "./points.ts";
import { ramp } from "./ramp.ts";
import { segmentSalient } from "./saliency.ts";
import { shapeWarnings, warningsOf } from "./warnings.ts";

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
      const closer = seenCloser(rgb, mask, cv);
      return { mask: closer, confidence, warnings: warningsOf(closer, confidence) };
    }
    case "box":
      return selectInBox(rgb, hint.box, cv);
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
  const mask = enlargeMask(rgb, view, small);
  return { mask, confidence, warnings: warningsOf(mask, confidence) };
}

/** An answer below this is unsure. */
const UNSURE = 0.5;
/** What is at a point is a clear thing from here on. */
const CLEAR = 0.85;

/** Looks whose answers share less than this (intersection over union) do not see the same thing. */
const SAME = 0.75;

/** Beside the ground around it alone, a thing has parts that are hard to tell from the rest of the picture. */
function seenCloser(rgb: Rgb, mask: Mask, cv: Cv): Mask {
  const box = boundingBox(mask);
  if (box === null) return mask;
  const { mask: closer } = finish(rgb, cutBox(rgb, box, cv));
  return sharedOf(mask, closer).same < SAME ? mask : closer;
}

/** Where nothing in the box stands out, it may lie inside a thing: what is at its middle, if that is clear. */
function selectInBox(rgb: Rgb, box: Box, cv: Cv): Selected {
  const cut = cutBox(rgb, box, cv);
  if (cut.confidence >= UNSURE) return finish(rgb, cut);
  const [x0, y0, x1, y1] = boxInside(rgb, box);
  const here = cutPoints(rgb, [{ point: [(x0 + x1) / 2, (y0 + y1) / 2], positive: true }], cv);
  if (here.confidence < CLEAR) return finish(rgb, cut);
  const { mask } = finish(rgb, here);
  const message = "Nothing in the box stands out, so what lies at its middle was taken: look at it before moving it.";
  return { mask, confidence: 0.4, warnings: [...shapeWarnings(mask), { code: "low-confidence", message }] };
}

function cutBox(rgb: Rgb, box: Box, cv: Cv): Cut {
  const inside = boxInside(rgb, box);
  const view = viewAround(rgb, inside);
  const labels = labelsFromBox(view, inside);
  const cut = cutFrom(view, labels, cv);
  const boxArea = labels.data.filter((label) => label !== LABEL.background).length;
  // Almost nothing left means that the box holds no thing of its own colour: the box itself is the better answer.
  if (areaPixels(cut.small) < 0.06 * boxArea) {
    const whole = labels.data.map((label) => (label === LABEL.background ? 0 : 255));
    return { view, small: { ...cut.small, data: whole }, confidence: 0.2 };
  }
  // People draw boxes tightly: an answer that spans a corner of the box is a part of what was meant.
  return { ...cut, confidence: cut.confidence * ramp(spanOf(cut.small) / boxArea, 0.1, 0.7) };
}

/** Area of the box around the mask. */
function spanOf(mask: Mask): number {
  const [x0, y0, x1, y1] = boundingBox(mask) ?? [0, 0, 0, 0];
  return (x1 - x0) * (y1 - y0);
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
