/** Separable resampling of float planes (residuals, latents), where 8-bit libraries would round. */
import type { Box } from "../raster.ts";

interface Taps {
  readonly count: number;
  /** First source position of each output position. */
  readonly start: Int32Array;
  /** `count` weights an output position, summing to 1; positions past an edge are folded onto it. */
  readonly weights: Float32Array;
}

/** Keys' cubic with a = −0.5 (Catmull-Rom). */
function cubic(x: number): number {
  const t = Math.abs(x);
  if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
  return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0;
}

/** One plane [h, w] as [h2, w2], of which only whole-pixel `part` is made: the same numbers as `resizeFloat`'s there. */
export function resizePart(
  data: Float32Array,
  [h, w]: readonly [number, number],
  [h2, w2]: readonly [number, number],
  [x0, y0, x1, y1]: Box,
): Float32Array {
  const wide = alongRows(data, h, w, tapsOf(taps(w, w2), x0, x1), x1 - x0);
  return alongColumns(wide, 1, h, x1 - x0, tapsOf(taps(h, h2), y0, y1), y1 - y0);
}

function tapsOf({ count, start, weights }: Taps, first: number, end: number): Taps {
  return { count, start: start.subarray(first, end), weights: weights.subarray(first * count, end * count) };
}

/** Bicubic [c, h, w] → [c, h2, w2], pixel centres at half integers, edges repeated, antialiased when shrinking. */
export function resizeFloat(data: Float32Array, c: number, h: number, w: number, h2: number, w2: number): Float32Array {
  if (data.length !== c * h * w) throw new TypeError(`Expected ${c}x${h}x${w} numbers, got ${data.length}`);
  if (h === h2 && w === w2) return data.slice();
  const wide = w === w2 ? data : alongRows(data, c * h, w, taps(w, w2), w2);
  return h === h2 ? wide : alongColumns(wide, c, h, w2, taps(h, h2), h2);
}

function taps(from: number, to: number): Taps {
  const ratio = from / to;
  const stretch = Math.max(1, ratio);
  const count = Math.min(from, Math.ceil(4 * stretch) + 1);
  const start = new Int32Array(to);
  const weights = new Float32Array(to * count);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * ratio - 0.5;
    const low = Math.ceil(centre - 2 * stretch);
    const first = Math.min(from - count, Math.max(0, low));
    start[i] = first;
    fillTaps(weights.subarray(i * count, (i + 1) * count), { centre, stretch, low, first, from });
  }
  return { count, start, weights };
}

function fillTaps(
  row: Float32Array,
  at: { centre: number; stretch: number; low: number; first: number; from: number },
): void {
  const { centre, stretch, low, first, from } = at;
  let sum = 0;
  for (let p = low; p <= centre + 2 * stretch; p++) {
    const weight = cubic((p - centre) / stretch);
    const slot = Math.min(from - 1, Math.max(0, p)) - first;
    row[slot] = (row[slot] ?? 0) + weight;
    sum += weight;
  }
  for (let k = 0; k < row.length; k++) row[k] = (row[k] ?? 0) / sum;
}

function alongRows(
  data: Float32Array,
  rows: number,
  w: number,
  { count, start, weights }: Taps,
  w2: number,
): Float32Array {
  const out = new Float32Array(rows * w2);
  for (let row = 0; row < rows; row++) {
    for (let x = 0; x < w2; x++) {
      const from = row * w + (start[x] ?? 0);
      let sum = 0;
      for (let k = 0; k < count; k++) sum += (weights[x * count + k] ?? 0) * (data[from + k] ?? 0);
      out[row * w2 + x] = sum;
    }
  }
  return out;
}

/** Whole rows are added up, so that memory is read in order. */
function alongColumns(
  data: Float32Array,
  planes: number,
  h: number,
  w: number,
  { count, start, weights }: Taps,
  h2: number,
): Float32Array {
  const out = new Float32Array(planes * h2 * w);
  for (let row = 0; row < planes * h2; row++) {
    const y = row % h2;
    const source = ((row - y) / h2) * h + (start[y] ?? 0);
    for (let k = 0; k < count; k++) {
      const weight = weights[y * count + k] ?? 0;
      if (weight === 0) continue;
      const from = (source + k) * w;
      for (let x = 0; x < w; x++) out[row * w + x] = (out[row * w + x] ?? 0) + weight * (data[from + x] ?? 0);
    }
  }
  return out;
}
