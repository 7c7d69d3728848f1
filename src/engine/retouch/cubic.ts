/** Catmull-Rom interpolation between pixel centres. */

/** Interleaved samples, row by row. */
export interface Samples<Data extends Uint8Array | Float32Array> {
  readonly data: Data;
  readonly width: number;
  readonly height: number;
}

// Scratch of one call; allocating it per pixel would cost more than the interpolation.
const wx = new Float64Array(4);
const wy = new Float64Array(4);

/** Adds the three channels at (x, y), continuous pixels, to `out`. Beyond the picture its edge continues. */
export function addCubic3({ data, width, height }: Samples<Uint8Array>, x: number, y: number, out: Float64Array): void {
  const x0 = Math.floor(x - 0.5);
  const y0 = Math.floor(y - 0.5);
  cubicWeights(x - 0.5 - x0, wx);
  cubicWeights(y - 0.5 - y0, wy);
  // Four columns, clamped once; the loop over rows is the hot one.
  const a = clamp(x0 - 1, width) * 3;
  const b = clamp(x0, width) * 3;
  const c = clamp(x0 + 1, width) * 3;
  const d = clamp(x0 + 2, width) * 3;
  const wa = wx[0] ?? 0;
  const wb = wx[1] ?? 0;
  const wc = wx[2] ?? 0;
  const wd = wx[3] ?? 0;
  for (let j = 0; j < 4; j++) {
    const row = clamp(y0 + j - 1, height) * width * 3;
    const w = wy[j] ?? 0;
    for (let k = 0, at = row; k < 3; k++, at++) {
      const along =
        wa * (data[at + a] ?? 0) + wb * (data[at + b] ?? 0) + wc * (data[at + c] ?? 0) + wd * (data[at + d] ?? 0);
      out[k] = (out[k] ?? 0) + w * along;
    }
  }
}

/** As `addCubic3`, times `share`, from the nearest four pixels: enough where several samples make one pixel. */
export function addLinear3(
  { data, width, height }: Samples<Uint8Array>,
  x: number,
  y: number,
  share: number,
  out: Float64Array,
): void {
  const x0 = Math.floor(x - 0.5);
  const y0 = Math.floor(y - 0.5);
  const fx = x - 0.5 - x0;
  const fy = y - 0.5 - y0;
  const [left, right] = [clamp(x0, width) * 3, clamp(x0 + 1, width) * 3];
  const [top, bottom] = [clamp(y0, height) * width * 3, clamp(y0 + 1, height) * width * 3];
  addPixel3(data, top + left, share * (1 - fx) * (1 - fy), out);
  addPixel3(data, top + right, share * fx * (1 - fy), out);
  addPixel3(data, bottom + left, share * (1 - fx) * fy, out);
  addPixel3(data, bottom + right, share * fx * fy, out);
}

function addPixel3(data: Uint8Array, at: number, weight: number, out: Float64Array): void {
  out[0] = (out[0] ?? 0) + weight * (data[at] ?? 0);
  out[1] = (out[1] ?? 0) + weight * (data[at + 1] ?? 0);
  out[2] = (out[2] ?? 0) + weight * (data[at + 2] ?? 0);
}

/** Adds `share` of the four channels at (x, y) to `out`. Beyond the picture everything is 0. */
export function addCubic4(
  { data, width, height }: Samples<Float32Array>,
  x: number,
  y: number,
  share: number,
  out: Float64Array,
): void {
  const [u, v] = [x - 0.5, y - 0.5];
  const [x0, y0] = [Math.floor(u), Math.floor(v)];
  if (x0 < -2 || y0 < -2 || x0 > width || y0 > height) return;
  cubicWeights(u - x0, wx);
  cubicWeights(v - y0, wy);
  const [left, right] = [Math.max(0, 1 - x0), Math.min(4, width + 1 - x0)];
  let [r, g, b, a] = [0, 0, 0, 0];
  for (let j = Math.max(0, 1 - y0); j < Math.min(4, height + 1 - y0); j++) {
    const row = (y0 + j - 1) * width + x0 - 1;
    const weight = wy[j] ?? 0;
    for (let i = left; i < right; i++) {
      const at = (row + i) * 4;
      const w = weight * (wx[i] ?? 0);
      r += w * (data[at] ?? 0);
      g += w * (data[at + 1] ?? 0);
      b += w * (data[at + 2] ?? 0);
      a += w * (data[at + 3] ?? 0);
    }
  }
  out[0] = (out[0] ?? 0) + share * r;
  out[1] = (out[1] ?? 0) + share * g;
  out[2] = (out[2] ?? 0) + share * b;
  out[3] = (out[3] ?? 0) + share * a;
}

function clamp(index: number, length: number): number {
  return index < 0 ? 0 : index >= length ? length - 1 : index;
}

/** Weights of the four samples around a place `t` (0–1) between the second and the third. */
function cubicWeights(t: number, out: Float64Array): void {
  out[0] = ((-0.5 * t + 1) * t - 0.5) * t;
  out[1] = (1.5 * t - 2.5) * t * t + 1;
  out[2] = ((-1.5 * t + 2) * t + 0.5) * t;
  out[3] = (0.5 * t - 0.5) * t * t;
}
