/** Patches in few numbers, to compare many of them. */
import { type Level, PIXEL } from "./patch-level.ts";

export interface Features {
  /** [sources, size], levels. */
  readonly values: Float32Array;
  readonly size: number;
  /** Per source: the spread of its values, in levels, at most `STRONG`. */
  readonly contrast: Float32Array;
  /** Numbers of the sources by the total of their values, ascending; those totals; and of each source its place among them. */
  readonly order: Int32Array;
  readonly totals: Float64Array;
  readonly place: Int32Array;
}

const SIZE = 27;
const STRONG = 40;

/** Of every source's patch: the mean colours of 3×3 cells of 2×2 pixels. */
export function patchFeatures({ width, pixels, sources }: Level): Features {
  const values = new Float32Array(sources.length * SIZE);
  const contrast = new Float32Array(sources.length);
  for (let n = 0; n < sources.length; n++) {
    const source = sources[n] as number;
    let to = n * SIZE;
    for (let row = -1; row <= 1; row++) {
      for (let column = -1; column <= 1; column++) {
        const at = (source + 2 * row * width + 2 * column) * PIXEL;
        for (let c = 0; c < 3; c++) values[to++] = meanOf(pixels, width, at + c);
      }
    }
    contrast[n] = Math.min(STRONG, spreadOf(values, n * SIZE));
  }
  return { values, size: SIZE, contrast, ...orderOf(values, sources.length) };
}

function orderOf(values: Float32Array, count: number): Pick<Features, "order" | "totals" | "place"> {
  const all = new Float64Array(count);
  for (let n = 0; n < count; n++) all[n] = totalOf(values, n * SIZE);
  const order = Int32Array.from(all.keys()).sort((a, b) => (all[a] as number) - (all[b] as number) || a - b);
  const place = new Int32Array(count);
  for (let k = 0; k < count; k++) place[order[k] as number] = k;
  return { order, totals: Float64Array.from(order, (n) => all[n] as number), place };
}

function totalOf(values: Float32Array, from: number): number {
  let sum = 0;
  for (let f = from; f < from + SIZE; f++) sum += values[f] as number;
  return sum;
}

/** Of 2×2 pixels; sources have room for them on all sides. */
function meanOf(pixels: Float32Array, width: number, at: number): number {
  const below = at + width * PIXEL;
  const above = (pixels[at] as number) + (pixels[at + PIXEL] as number);
  return (above + (pixels[below] as number) + (pixels[below + PIXEL] as number)) / 4;
}

function spreadOf(values: Float32Array, from: number): number {
  const mean = totalOf(values, from) / SIZE;
  let squares = 0;
  for (let f = from; f < from + SIZE; f++) squares += ((values[f] as number) - mean) ** 2;
  return Math.sqrt(squares / SIZE);
}
