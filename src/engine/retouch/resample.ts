/** Cropping, shrinking by area average and enlarging bilinearly, for any number of interleaved channels. */
import type { Size } from "../geometry/mask.ts";
import type { Box, Mask, Rgb } from "../raster.ts";

/** The whole picture as a box. */
export function wholeBox({ width, height }: Size): Box {
  return [0, 0, width, height];
}

/** The box grown by `pad` pixels, made whole and cut to the picture. */
export function growBox([x0, y0, x1, y1]: Box, pad: number, { width, height }: Size): Box {
  return [
    Math.max(0, Math.floor(x0 - pad)),
    Math.max(0, Math.floor(y0 - pad)),
    Math.min(width, Math.ceil(x1 + pad)),
    Math.min(height, Math.ceil(y1 + pad)),
  ];
}

/** Size with the longest edge at most `edge`; never larger than the input. */
export function fitWithin(width: number, height: number, edge: number): { width: number; height: number } {
  const scale = Math.min(1, edge / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** `box` has whole-pixel corners inside the picture, here and below. */
export function cropRgb(rgb: Rgb, box: Box): Rgb {
  return { width: box[2] - box[0], height: box[3] - box[1], data: cropData(rgb.data, rgb.width, box, 3) };
}

export function cropMask(mask: Mask, box: Box): Mask {
  return { width: box[2] - box[0], height: box[3] - box[1], data: cropData(mask.data, mask.width, box, 1) };
}

function cropData(data: Uint8Array, width: number, [x0, y0, x1, y1]: Box, channels: number): Uint8Array {
  const row = (x1 - x0) * channels;
  const out = new Uint8Array(row * (y1 - y0));
  for (let y = y0; y < y1; y++) {
    const from = (y * width + x0) * channels;
    out.set(data.subarray(from, from + row), (y - y0) * row);
  }
  return out;
}

/** A mask of the given size that holds `part` with its corner at [x0, y0] and 0 elsewhere. */
export function placeMask(part: Mask, [x0, y0]: Box, { width, height }: Size): Mask {
  const data = new Uint8Array(width * height);
  for (let y = 0; y < part.height; y++) {
    data.set(part.data.subarray(y * part.width, (y + 1) * part.width), (y + y0) * width + x0);
  }
  return { width, height, data };
}

export function resizeRgb(rgb: Rgb, width: number, height: number): Rgb {
  return { width, height, data: bytes(resizePlanes(rgb.data, rgb.width, rgb.height, 3, width, height)) };
}

export function resizeMask(mask: Mask, width: number, height: number): Mask {
  return { width, height, data: bytes(resizePlanes(mask.data, mask.width, mask.height, 1, width, height)) };
}

function bytes(values: Float32Array): Uint8Array {
  const out = new Uint8ClampedArray(values.length);
  for (let i = 0; i < values.length; i++) out[i] = Math.round(values[i] as number);
  return new Uint8Array(out.buffer);
}

/** Interleaved [H, W, C] → [height, width, C]; separable tent filter that widens to an area average when shrinking. */
export function resizePlanes(
  data: Uint8Array | Float32Array,
  fromWidth: number,
  fromHeight: number,
  channels: number,
  width: number,
  height: number,
): Float32Array {
  const across = new Float32Array(fromHeight * width * channels); // [H, width, C]
  const [from, to] = [fromWidth * channels, width * channels];
  const columns = allTaps(fromWidth, width);
  const rows = Math.max(1, Math.floor(BAND / from));
  for (let y = 0; y < fromHeight; y += rows) {
    const count = Math.min(rows, fromHeight - y);
    const samples = data.subarray(y * from, (y + count) * from);
    // One element type keeps the inner loop monomorphic: several times faster in V8 than reading bytes and floats by turns.
    const band = samples instanceof Float32Array ? samples : new Float32Array(samples);
    resizeAxis(band, across.subarray(y * to), count, channels, columns);
  }
  const out = new Float32Array(height * to); // [height, width, C]
  resizeAxis(across, out, 1, to, allTaps(fromHeight, height));
  return out;
}

/** Samples that are converted to floats at a time: as floats a large picture is four times its size. */
const BAND = 1 << 20;

/** `data` [outer, length, inner] → `out` [outer, target, inner], all 0 before; sums are float32 at each step. */
function resizeAxis(data: Float32Array, out: Float32Array, outer: number, inner: number, taps: Taps): void {
  const target = taps.first.length - 1;
  for (let o = 0; o < outer; o++) {
    const [from, to] = [o * taps.length * inner, o * target * inner];
    if (inner === 3) line3(data, from, out, to, taps);
    else if (inner === 1) line1(data, from, out, to, taps);
    else if (inner === 4) line4(data, from, out, to, taps);
    else lineOf(data, from, out, to, taps, inner);
  }
}

// Every index below is inside its array: taps are of this length, and there is one list of them per output sample.

function line1(data: Float32Array, from: number, out: Float32Array, to: number, { first, at, weights }: Taps): void {
  for (let t = 0; t + 1 < first.length; t++) {
    const end = first[t + 1] as number;
    let sum = 0;
    for (let k = first[t] as number; k < end; k++) {
      sum = Math.fround(sum + (weights[k] as number) * (data[from + (at[k] as number)] as number));
    }
    out[to + t] = sum;
  }
}

function line3(data: Float32Array, from: number, out: Float32Array, to: number, { first, at, weights }: Taps): void {
  for (let t = 0, o = to; t + 1 < first.length; t++, o += 3) {
    const end = first[t + 1] as number;
    let r = 0;
    let g = 0;
    let b = 0;
    for (let k = first[t] as number; k < end; k++) {
      const weight = weights[k] as number;
      const i = from + 3 * (at[k] as number);
      r = Math.fround(r + weight * (data[i] as number));
      g = Math.fround(g + weight * (data[i + 1] as number));
      b = Math.fround(b + weight * (data[i + 2] as number));
    }
    out[o] = r;
    out[o + 1] = g;
    out[o + 2] = b;
  }
}

function line4(data: Float32Array, from: number, out: Float32Array, to: number, { first, at, weights }: Taps): void {
  for (let t = 0, o = to; t + 1 < first.length; t++, o += 4) {
    const end = first[t + 1] as number;
    let r = 0;
    let g = 0;
    let b = 0;
    let a = 0;
    for (let k = first[t] as number; k < end; k++) {
      const weight = weights[k] as number;
      const i = from + 4 * (at[k] as number);
      r = Math.fround(r + weight * (data[i] as number));
      g = Math.fround(g + weight * (data[i + 1] as number));
      b = Math.fround(b + weight * (data[i + 2] as number));
      a = Math.fround(a + weight * (data[i + 3] as number));
    }
    out[o] = r;
    out[o + 1] = g;
    out[o + 2] = b;
    out[o + 3] = a;
  }
}

function lineOf(data: Float32Array, from: number, out: Float32Array, to: number, taps: Taps, inner: number): void {
  const { first, at, weights } = taps;
  for (let t = 0; t + 1 < first.length; t++) {
    const [begin, end] = [first[t] as number, first[t + 1] as number];
    const o = to + t * inner;
    for (let k = begin; k + 1 < end; k += 2) {
      const [p, q] = [from + (at[k] as number) * inner, from + (at[k + 1] as number) * inner];
      addTwoScaled(out, o, data, p, weights[k] as number, q, weights[k + 1] as number, inner);
    }
    if ((end - begin) % 2 === 0) continue;
    addScaled(out, o, data, from + (at[end - 1] as number) * inner, weights[end - 1] as number, inner);
  }
}

/** `addScaled` twice, for one reading and writing of `out`. */
function addTwoScaled(
  out: Float32Array,
  to: number,
  data: Float32Array,
  p: number,
  weightP: number,
  q: number,
  weightQ: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const sum = Math.fround((out[to + i] as number) + weightP * (data[p + i] as number));
    out[to + i] = sum + weightQ * (data[q + i] as number);
  }
}

function addScaled(
  out: Float32Array,
  to: number,
  data: Float32Array,
  from: number,
  weight: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) out[to + i] = (out[to + i] as number) + weight * (data[from + i] as number);
}

/** Of all output samples: those of sample t lie from `first[t]` to `first[t + 1]`. */
interface Taps {
  /** Input samples that there are. */
  readonly length: number;
  readonly first: Int32Array;
  /** Those that are read. */
  readonly at: Int32Array;
  readonly weights: Float32Array;
}

/** Which input samples make each output sample, and how much each counts; the weights of one add up to 1. */
function allTaps(length: number, target: number): Taps {
  const step = length / target;
  const radius = Math.max(1, step);
  const most = target * (Math.floor(2 * radius) + 1);
  const arrays = { first: new Int32Array(target + 1), at: new Int32Array(most), weights: new Float32Array(most) };
  const taps = { length, ...arrays };
  let count = 0;
  for (let t = 0; t < target; t++) {
    const centre = (t + 0.5) * step - 0.5;
    count = addTaps(taps, count, centre, radius, length);
    taps.first[t + 1] = count;
  }
  return taps;
}

/** Appends the samples within `radius` of `centre` at number `from`; returns the number after them. */
function addTaps({ at, weights }: Taps, from: number, centre: number, radius: number, length: number): number {
  const last = Math.ceil(centre + radius) - 1;
  let end = from;
  for (let sample = Math.floor(centre - radius) + 1; sample <= last; sample++, end++) {
    at[end] = Math.min(length - 1, Math.max(0, sample));
    weights[end] = 1 - Math.abs(sample - centre) / radius;
  }
  let total = 0;
  for (let k = from; k < end; k++) total += weights[k] as number;
  for (let k = from; k < end; k++) weights[k] = (weights[k] as number) / total;
  return end;
}
