/** Laying pictures over one another by weights of 0–255. */
import type { Mask, Point, Rgb } from "../raster.ts";
import type { Outline, Patch } from "./fill.ts";
import type { Sprite } from "./warp.ts";

/** Rounded; exact at both ends. */
function mix(from: number, to: number, weight: number): number {
  return Math.round(from + ((to - from) * weight) / 255);
}

function mixPixel(to: Uint8Array, at: number, from: Uint8Array, source: number, weight: number): void {
  for (let c = 0; c < 3; c++) to[at + c] = mix(to[at + c] ?? 0, from[source + c] ?? 0, weight);
}

/** The patch over the picture, which begins at `origin` of the patch's picture and may hold only a part of it. */
export function blendInto(picture: Rgb, { box, rgb, weight }: Patch, origin: Point): void {
  forEachWeighted(picture, { box, weight }, origin, (i, s, w) => {
    mixPixel(picture.data, i * 3, rgb.data, s * 3, w);
  });
}

/** The larger of the mask's value and the patch's weight. */
export function maskInto(mask: Mask, patch: Outline, origin: Point): void {
  forEachWeighted(mask, patch, origin, (i, _, w) => {
    mask.data[i] = Math.max(mask.data[i] ?? 0, w);
  });
}

function forEachWeighted(
  { width, height }: { width: number; height: number },
  { box, weight }: Outline,
  [left, top]: Point,
  visit: (at: number, source: number, weight: number) => void,
): void {
  for (let y = 0, s = 0; y < weight.height; y++) {
    const row = y + box[1] - top;
    for (let x = 0; x < weight.width; x++, s++) {
      const w = weight.data[s] ?? 0;
      const column = x + box[0] - left;
      if (w > 0 && row >= 0 && row < height && column >= 0 && column < width) visit(row * width + column, s, w);
    }
  }
}

export interface Cover {
  /** Of what was drawn so far. */
  readonly coverage: Mask;
  /** What was uncovered and not covered again. */
  readonly vacated: Mask;
}

/** What the sprite covers is entered; it comes back as it is to be drawn: with `onlyOver`, only where something lay before. */
export function coverBy(sprite: Sprite, { coverage, vacated }: Cover, onlyOver: boolean): Sprite {
  const { box, alpha } = sprite;
  const drawn = onlyOver ? new Uint8Array(alpha.data) : alpha.data;
  for (let y = 0, s = 0; y < alpha.height; y++) {
    for (let x = 0, i = (y + box[1]) * coverage.width + box[0]; x < alpha.width; x++, s++, i++) {
      const a = alpha.data[s] ?? 0;
      if (a === 0) continue;
      if (onlyOver && coverage.data[i] === 0) {
        drawn[s] = 0;
        continue;
      }
      coverage.data[i] = mix(coverage.data[i] ?? 0, 255, a);
      vacated.data[i] = mix(vacated.data[i] ?? 0, 0, a);
    }
  }
  return onlyOver ? { ...sprite, alpha: { ...alpha, data: drawn } } : sprite;
}

/** The sprite over the picture. */
export function drawSprite({ box, rgb, alpha }: Sprite, picture: Rgb): void {
  for (let y = 0, s = 0; y < rgb.height; y++) {
    for (let x = 0, i = (y + box[1]) * picture.width + box[0]; x < rgb.width; x++, s++, i++) {
      const a = alpha.data[s] ?? 0;
      if (a > 0) mixPixel(picture.data, i * 3, rgb.data, s * 3, a);
    }
  }
}

/** `from` where the weight is 0, `to` where it is 255. */
export function mixWithin(from: Rgb, to: Rgb, weight: Mask): Rgb {
  const data = new Uint8Array(from.data);
  for (let i = 0; i < weight.data.length; i++) {
    const w = weight.data[i] ?? 0;
    if (w > 0) mixPixel(data, i * 3, to.data, i * 3, w);
  }
  return { ...from, data };
}

export function weighted(mask: Mask, weight: Mask): Mask {
  const data = new Uint8Array(mask.data.length);
  for (let i = 0; i < data.length; i++) {
    const value = mask.data[i] ?? 0;
    if (value > 0) data[i] = Math.round((value * (weight.data[i] ?? 0)) / 255);
  }
  return { ...mask, data };
}
