/** Brightness of a part of a picture, for measures of structure. */
import { boundingBox } from "../../engine/geometry/mask.ts";
import type { Mask, Rgb } from "../../engine/raster.ts";
import { cropMask, cropRgb, growBox } from "../../engine/retouch/resample.ts";

export interface Plane {
  readonly width: number;
  readonly height: number;
  /** 0–255. */
  readonly data: Float64Array;
}

export interface Pair {
  readonly a: Plane;
  readonly b: Plane;
  readonly where: Mask;
}

/** Both pictures around the mask with `margin` pixels on each side; undefined for an empty mask. */
export function lumaAround(a: Rgb, b: Rgb, where: Mask, margin: number): Pair | undefined {
  const box = boundingBox(where);
  if (box === null) return undefined;
  const grown = growBox(box, margin, a);
  return { a: lumaOf(cropRgb(a, grown)), b: lumaOf(cropRgb(b, grown)), where: cropMask(where, grown) };
}

/** ITU-R BT.601. */
export function lumaOf({ width, height, data }: Rgb): Plane {
  const luma = Float64Array.from({ length: width * height }, (_, i) => {
    return 0.299 * (data[3 * i] ?? 0) + 0.587 * (data[3 * i + 1] ?? 0) + 0.114 * (data[3 * i + 2] ?? 0);
  });
  return { width, height, data: luma };
}
