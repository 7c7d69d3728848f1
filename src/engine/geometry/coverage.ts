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
  const out = emptyMask(mask);
  for (let i = 0; i < out.data.length; i++) if ((mask.data[i] ?? 0) > above) out.data[i] = 255;
  return out;
}

/** Pixels in the mask. */
export function areaPixels({ data }: Mask): number {
  let count = 0;
  // The highest bit is set exactly where the value is > 127.
  for (let i = 0; i < data.length; i++) count += (data[i] ?? 0) >> 7;
  return count;
}

/** Share of the picture in the mask, 0–1. */
export function areaShare(mask: Mask): number {
  return areaPixels(mask) / mask.data.length;
}

/** Smallest box (integers, half-open) around the pixels with a value above `above`, or null when there is none. */
export function boundingBox({ width, height, data }: Mask, above = 127): Box | null {
  let [x0, y0, x1, y1] = [width, -1, 0, 0];
  for (let y = 0; y < height; y++) {
    const [first, last] = rowExtent(data, y * width, width, above);
    if (first < 0) continue;
    if (y0 < 0) y0 = y;
    y1 = y + 1;
    x0 = Math.min(x0, first);
    x1 = Math.max(x1, last + 1);
  }
  return y0 < 0 ? null : [x0, y0, x1, y1];
}

/** First and last column above `above` of the row that starts at `start`, or [-1, -1]. */
export function rowExtent(data: Uint8Array, start: number, width: number, above = 127): [first: number, last: number] {
  let first = 0;
  while (first < width && (data[start + first] ?? 0) <= above) first++;
  if (first === width) return [-1, -1];
  let last = width - 1;
  while ((data[start + last] ?? 0) <= above) last--;
  return [first, last];
}

/** Mean of the covered pixels' centres, in continuous pixels. @throws TypeError for an empty mask. */
export function centroidOf(mask: Mask): Point {
  let [count, sumX, sumY] = [0, 0, 0];
  forEachPixel(mask, (x, y) => {
    count++;
    sumX += x;
    sumY += y;
  });
  if (count === 0) throw new TypeError("Expected a mask with at least one pixel, got an empty one");
  return [sumX / count + 0.5, sumY / count + 0.5];
}

/** Calls `visit` with the column and row of each pixel in the mask; looks only inside its box. */
export function forEachPixel(mask: Mask, visit: (x: number, y: number) => void): void {
  const [x0, y0, x1, y1] = boundingBox(mask) ?? [0, 0, 0, 0];
  for (let y = y0; y < y1; y++) {
    const row = y * mask.width;
    for (let x = x0; x < x1; x++) if ((mask.data[row + x] ?? 0) > 127) visit(x, y);
  }
}

// One loop each: a rule passed as a function is called per pixel, which takes several times as long. Masks of one size have
// as many values, so that no index leaves its array.

export function union(a: Mask, b: Mask): Mask {
  const out = emptyPair(a, b);
  const [to, x, y] = [out.data, a.data, b.data];
  for (let i = 0; i < to.length; i++) to[i] = coverage((x[i] as number) | (y[i] as number));
  return out;
}

export function intersect(a: Mask, b: Mask): Mask {
  const out = emptyPair(a, b);
  const [to, x, y] = [out.data, a.data, b.data];
  for (let i = 0; i < to.length; i++) to[i] = coverage((x[i] as number) & (y[i] as number));
  return out;
}

/** `a` without `b`. */
export function subtract(a: Mask, b: Mask): Mask {
  const out = emptyPair(a, b);
  const [to, x, y] = [out.data, a.data, b.data];
  for (let i = 0; i < to.length; i++) to[i] = coverage((x[i] as number) & ~(y[i] as number));
  return out;
}

/** 255 where the highest bit is set, which is exactly where a value is > 127. */
function coverage(bits: number): number {
  return (bits & 0x80) === 0 ? 0 : 255;
}

/** Share of `inner`'s pixels that lie in `outer`, 0–1; 1 when `inner` is empty. */
export function coveredShare(inner: Mask, outer: Mask): number {
  const total = areaPixels(inner);
  return total === 0 ? 1 : areaPixels(intersect(inner, outer)) / total;
}

function emptyPair(a: Mask, b: Mask): Mask {
  if (a.width === b.width && a.height === b.height) return emptyMask(a);
  throw new TypeError(`Expected masks of one size, got ${a.width}x${a.height} and ${b.width}x${b.height}`);
}
