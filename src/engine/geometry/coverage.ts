/** What a mask covers: making, measuring and combining masks. A pixel is in the mask where its value is > 127. */
import type { Box, Mask, Point } from "../raster.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export function emptyMask({ width, height }: Size): Mask {
  return { width, height, data: new Uint8Array(width * height) };
}

export function fullMask(size: Size): Mask {
  const mask = emptyMask(size);
  mask.data.fill(255);
  return mask;
}

/** 255 where the value is above `above`, else 0. */
export function threshold(mask: Mask, above = 127): Mask {
  return { width: mask.width, height: mask.height, data: mask.data.map((value) => (value > above ? 255 : 0)) };
}

/** Pixels in the mask. */
export function areaPixels(mask: Mask): number {
  let count = 0;
  for (const value of mask.data) if (value > 127) count++;
  return count;
}

/** Share of the picture in the mask, 0–1. */
export function areaShare(mask: Mask): number {
  return areaPixels(mask) / mask.data.length;
}

/** Smallest box (integers, half-open) around the mask, or null when it is empty. */
export function boundingBox({ width, height, data }: Mask): Box | null {
  let [x0, y0, x1, y1] = [width, -1, 0, 0];
  for (let y = 0; y < height; y++) {
    const [first, last] = rowExtent(data, y * width, width);
    if (first < 0) continue;
    if (y0 < 0) y0 = y;
    y1 = y + 1;
    x0 = Math.min(x0, first);
    x1 = Math.max(x1, last + 1);
  }
  return y0 < 0 ? null : [x0, y0, x1, y1];
}

/** First and last covered column of a row that starts at `start`, or [-1, -1]. */
export function rowExtent(data: Uint8Array, start: number, width: number): [first: number, last: number] {
  let first = 0;
  while (first < width && (data[start + first] ?? 0) <= 127) first++;
  if (first === width) return [-1, -1];
  let last = width - 1;
  while ((data[start + last] ?? 0) <= 127) last--;
  return [first, last];
}

/** Mean of the covered pixels' centres, in continuous pixels. @throws TypeError for an empty mask. */
export function centroidOf({ width, height, data }: Mask): Point {
  let [count, sumX, sumY] = [0, 0, 0];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if ((data[i] ?? 0) <= 127) continue;
      count++;
      sumX += x;
      sumY += y;
    }
  }
  if (count === 0) throw new TypeError("Expected a mask with at least one pixel, got an empty one");
  return [sumX / count + 0.5, sumY / count + 0.5];
}

export function union(a: Mask, b: Mask): Mask {
  return combine(a, b, (p, q) => p || q);
}

export function intersect(a: Mask, b: Mask): Mask {
  return combine(a, b, (p, q) => p && q);
}

/** `a` without `b`. */
export function subtract(a: Mask, b: Mask): Mask {
  return combine(a, b, (p, q) => p && !q);
}

/** Share of `inner`'s pixels that lie in `outer`, 0–1; 1 when `inner` is empty. */
export function coveredShare(inner: Mask, outer: Mask): number {
  const total = areaPixels(inner);
  return total === 0 ? 1 : areaPixels(intersect(inner, outer)) / total;
}

function combine(a: Mask, b: Mask, rule: (p: boolean, q: boolean) => boolean): Mask {
  if (a.width !== b.width || a.height !== b.height) {
    throw new TypeError(`Expected masks of one size, got ${a.width}x${a.height} and ${b.width}x${b.height}`);
  }
  const out = emptyMask(a);
  for (let i = 0; i < out.data.length; i++) {
    if (rule((a.data[i] ?? 0) > 127, (b.data[i] ?? 0) > 127)) out.data[i] = 255;
  }
  return out;
}
