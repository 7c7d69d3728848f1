/** The part of the picture that the model works on: a crop around the edit at the model's working size. */

import type { SamplingMap } from "../drag/paper-affine.ts";
import { cutShape } from "../drag/paper-regions.ts";
import type { Size2 } from "../drag/resize.ts";
import { compose, invert } from "../geometry/affine.ts";
import type { Size } from "../geometry/mask.ts";
import type { Affine, Box } from "../raster.ts";

export interface ModelView {
  /** Whole pixels of the picture. */
  readonly box: Box;
  /** The crop at the model's size, multiples of 16. */
  readonly width: number;
  readonly height: number;
  /** Packed token grid: the picture is 16h × 16w. */
  readonly h: number;
  readonly w: number;
  /** Size (rows, columns) at which features are compared. */
  readonly cut: Size2;
}

const TOKEN = 16;
/** Context around the editable area, as a share of its longer side. */
const CONTEXT = 0.25;
const MIN_SIDE = 4 * TOKEN;

/** As square as the picture allows: the models are trained on squares, and more surroundings help a fill. */
export function modelView(editable: Box, picture: Size, workingSize: number): ModelView {
  const [x0, y0, x1, y1] = editable;
  const longer = Math.max(x1 - x0, y1 - y0);
  const side = Math.max(Math.ceil(longer * (1 + 2 * CONTEXT)), MIN_SIDE);
  const [left, right] = span((x0 + x1) / 2, side, picture.width);
  const [top, bottom] = span((y0 + y1) / 2, side, picture.height);
  const scale = workingSize / Math.max(right - left, bottom - top);
  const width = toTokens((right - left) * scale);
  const height = toTokens((bottom - top) * scale);
  return {
    box: [left, top, right, bottom],
    width,
    height,
    h: height / TOKEN,
    w: width / TOKEN,
    cut: cutShape([width, height]),
  };
}

/** `length` pixels around `centre`, moved and shortened to lie inside 0–limit. */
export function span(centre: number, length: number, limit: number): [number, number] {
  const size = Math.min(length, limit);
  const start = Math.min(Math.max(Math.round(centre - size / 2), 0), limit - size);
  return [start, start + size];
}

function toTokens(pixels: number): number {
  return Math.max(2, Math.round(pixels / TOKEN)) * TOKEN;
}

/** Where a cut pixel (centres at integers) of the moved picture reads from, for a motion in continuous image pixels. */
export function cutMap(view: ModelView, motion: Affine): SamplingMap {
  const [x0, y0, x1, y1] = view.box;
  const [rows, columns] = view.cut;
  const [sx, sy] = [columns / (x1 - x0), rows / (y1 - y0)];
  const toCut: Affine = [sx, 0, -x0 * sx - 0.5, 0, sy, -y0 * sy - 0.5];
  const [a, b, c, d, e, f] = compose(compose(toCut, invert(motion)), invert(toCut));
  return [a, b, c, d, e, f];
}
