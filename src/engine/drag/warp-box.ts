/** Moved features inside a box only: the same numbers as `warpedFeatures`, without the rest of the map. */
import type { SamplingMap } from "./paper-affine.ts";
import type { Planes } from "./resize.ts";

/** Whole cut pixels. */
export interface CutBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Smallest box around the ones of a mask, at least 2 × 2 where the map allows; null when there are none. */
export function maskBox({ width, height, data }: Planes): CutBox | null {
  let [x0, y0, x1, y1] = [width, height, -1, -1];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if ((data[i] as number) <= 0.5) continue;
      if (x < x0) x0 = x;
      if (x > x1) x1 = x;
      if (y < y0) y0 = y;
      y1 = y;
    }
  }
  if (x1 < 0) return null;
  const [left, top] = [Math.min(x0, width - 2), Math.min(y0, height - 2)];
  return { x: left, y: top, width: Math.max(x1 - left + 1, 2), height: Math.max(y1 - top + 1, 2) };
}

/** One plane's box, thresholded at > 0.5. */
export function cropMask({ width, data }: Planes, box: CutBox): Float32Array<ArrayBuffer> {
  const out = new Float32Array(box.width * box.height);
  for (let y = 0, i = 0; y < box.height; y++) {
    const row = (box.y + y) * width + box.x;
    for (let at = row; at < row + box.width; at++, i++) out[i] = (data[at] as number) > 0.5 ? 1 : 0;
  }
  return out;
}

/** Bilinear, positions outside clamped to the border: [channels, box.height, box.width]; 0 where `mask` [box.height, box.width]
 * is. */
export function warpBox(planes: Planes, map: SamplingMap, box: CutBox, mask?: Float32Array): Float32Array<ArrayBuffer> {
  const taps = borderTaps(map, box, planes, mask);
  const out = new Float32Array(planes.channels * taps.plane);
  for (let c = 0; c < planes.channels; c += TOGETHER) {
    blend(planes, [c, Math.min(c + TOGETHER, planes.channels)], taps, out);
  }
  return out;
}

/** Of the samples that are wanted. */
export interface Taps {
  /** All samples of the box's plane. */
  readonly plane: number;
  /** Where a sample goes in it. */
  readonly to: Int32Array;
  readonly at: Int32Array;
  readonly mix: Float64Array;
}

/** Channels that share the reading of a sample's taps. */
const TOGETHER = 16;

/** Four taps and two fractions for every sample, all taps inside the plane: no index is outside its array. */
function blend(
  { width, height, data }: Planes,
  [first, end]: readonly [number, number],
  { plane: count, to, at, mix }: Taps,
  out: Float32Array,
): void {
  const plane = width * height;
  for (let i = 0, j = 0; i < to.length; i++, j += 4) {
    const [u, v] = [mix[2 * i] as number, mix[2 * i + 1] as number];
    const [a, b, c, d] = [at[j] as number, at[j + 1] as number, at[j + 2] as number, at[j + 3] as number];
    let o = first * count + (to[i] as number);
    for (let base = first * plane; base < end * plane; o += count, base += plane) {
      const upper = (1 - u) * (data[base + a] as number) + u * (data[base + b] as number);
      const lower = (1 - u) * (data[base + c] as number) + u * (data[base + d] as number);
      out[o] = (1 - v) * upper + v * lower;
    }
  }
}

/** Four neighbours (flat index within a plane) and two fractions of every wanted pixel of the box. */
export function borderTaps(
  [a, b, c, d, e, f]: SamplingMap,
  box: CutBox,
  { width, height }: Planes,
  mask: Float32Array | undefined,
): Taps {
  const plane = box.width * box.height;
  const to = wanted(plane, mask);
  const [at, mix] = [new Int32Array(4 * to.length), new Float64Array(2 * to.length)];
  const column = (x: number) => Math.min(Math.max(x, 0), width - 1);
  const row = (y: number) => Math.min(Math.max(y, 0), height - 1) * width;
  for (let i = 0; i < to.length; i++) {
    const sample = to[i] as number; // in range, as the loops of the hot path
    const down = Math.floor(sample / box.width);
    const [x, y] = [box.x + sample - down * box.width, box.y + down];
    const [sx, sy] = [a * x + b * y + c, d * x + e * y + f];
    const [x0, y0] = [Math.floor(sx), Math.floor(sy)];
    const [left, right, upper, lower] = [column(x0), column(x0 + 1), row(y0), row(y0 + 1)];
    at[4 * i] = upper + left;
    at[4 * i + 1] = upper + right;
    at[4 * i + 2] = lower + left;
    at[4 * i + 3] = lower + right;
    mix[2 * i] = sx - x0;
    mix[2 * i + 1] = sy - y0;
  }
  return { plane, to, at, mix };
}

function wanted(plane: number, mask: Float32Array | undefined): Int32Array {
  const to = new Int32Array(plane);
  let count = 0;
  for (let i = 0; i < plane; i++) if (mask === undefined || mask[i] !== 0) to[count++] = i;
  return to.subarray(0, count);
}
