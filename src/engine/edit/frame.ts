/** The part of the picture that an edit looks at: all stages between plan and write work on this crop, so that their
 * cost follows the edit's size, not the picture's. */
import { compose } from "../geometry/affine.ts";
import { boundingBox } from "../geometry/mask.ts";
import type { Affine, Box, Point, Rgb } from "../raster.ts";
import type { ResolvedEdit, ResolvedOperation } from "../recipe/resolve.ts";
import type { Motion } from "../recipe/schema.ts";
import { cropMask, cropRgb } from "../retouch/resample.ts";
import { span } from "./model-view.ts";

export interface Frame {
  /** Whole pixels of the picture. */
  readonly box: Box;
  readonly rgb: Rgb;
  /** Masks, points and maps in the frame's own coordinates; `recipe` stays in the picture's. */
  readonly edit: ResolvedEdit;
}

/** Surroundings on each side as a share of the longer side of all that is touched, and at least so many pixels: more than
 * the fill's sources (half the hole), the model's context (a quarter) and the gates' rings look at. */
const AROUND = 0.5;
const AROUND_PIXELS = 64;

/** As square as the picture allows, like the model's view inside it. */
export function frameOf(rgb: Rgb, edit: ResolvedEdit): Frame {
  const box = frameBox(edit);
  return { box, rgb: cropRgb(rgb, box), edit: inFrame(edit, box) };
}

function frameBox({ box, operations, size }: ResolvedEdit): Box {
  const moved = operations.flatMap(({ grown, target }) => [boundingBox(grown), boundingBox(target)]);
  const [x0, y0, x1, y1] = moved.reduce<Box>((all, part) => (part === null ? all : around(all, part)), box);
  const side = Math.ceil((1 + 2 * AROUND) * Math.max(x1 - x0, y1 - y0)) + 2 * AROUND_PIXELS;
  const [left, right] = span((x0 + x1) / 2, side, size.width);
  const [top, bottom] = span((y0 + y1) / 2, side, size.height);
  return [left, top, right, bottom];
}

function around(a: Box, b: Box): Box {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

function inFrame(edit: ResolvedEdit, frame: Box): ResolvedEdit {
  const [left, top, right, bottom] = frame;
  const [x0, y0, x1, y1] = edit.box;
  return {
    ...edit,
    size: { width: right - left, height: bottom - top },
    box: [x0 - left, y0 - top, x1 - left, y1 - top],
    editable: cropMask(edit.editable, frame),
    editableHard: cropMask(edit.editableHard, frame),
    operations: edit.operations.map((operation) => operationInFrame(operation, frame)),
  };
}

function operationInFrame(operation: ResolvedOperation, frame: Box): ResolvedOperation {
  const [left, top] = frame;
  const here = (affine: Affine): Affine => compose(compose([1, 0, -left, 0, 1, -top], affine), [1, 0, left, 0, 1, top]);
  return {
    ...operation,
    region: cropMask(operation.region, frame),
    grown: cropMask(operation.grown, frame),
    target: cropMask(operation.target, frame),
    centroid: moved(operation.centroid, frame),
    motion: motionInFrame(operation.motion, frame),
    affine: here(operation.affine),
    at: (progress) => here(operation.at(progress)),
  };
}

function motionInFrame<M extends Motion>(motion: M, frame: Box): M {
  if (motion.type === "compose") {
    return { ...motion, motions: motion.motions.map((part) => motionInFrame(part, frame)) };
  }
  return {
    ...motion,
    ...("to" in motion && motion.to ? { to: moved(motion.to, frame) } : {}),
    ...("about" in motion && motion.about ? { about: moved(motion.about, frame) } : {}),
  };
}

function moved([x, y]: Point, [left, top]: Box): [number, number] {
  return [x - left, y - top];
}

/** A copy of the picture with the frame's box replaced. */
export function intoPicture(rgb: Rgb, part: Rgb, [left, top]: Box): Rgb {
  const data = rgb.data.slice();
  for (let y = 0; y < part.height; y++) {
    const row = part.data.subarray(y * part.width * 3, (y + 1) * part.width * 3);
    data.set(row, ((y + top) * rgb.width + left) * 3);
  }
  return { ...rgb, data };
}
