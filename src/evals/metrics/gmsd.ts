/**
 * Gradient magnitude similarity deviation of a zone of the result from what it should show: how unevenly its edges differ.
 * Lower is better, 0 for equal pictures, about 0.3 for very bad ones; no unit. Noise: none. Source: Xue et al., "Gradient
 * magnitude similarity deviation: a highly efficient perceptual image quality index", IEEE TIP 2014: luma at half size,
 * Prewitt gradients, c = 170.
 */
import type { Mask, Rgb } from "../../engine/raster.ts";
import { lumaAround, type Plane } from "./luma.ts";

const C = 170;

/** Undefined without a pixel above 127 in `where` at half size. All three have one size. */
export function gmsd(first: Rgb, second: Rgb, where: Mask): number | undefined {
  const pair = lumaAround(first, second, where, 4);
  if (pair === undefined) return undefined;
  const [a, b] = [half(pair.a), half(pair.b)];
  const values: number[] = [];
  for (let y = 1; y + 1 < a.height; y++) {
    for (let x = 1; x + 1 < a.width; x++) {
      if ((pair.where.data[2 * y * pair.where.width + 2 * x] ?? 0) <= 127) continue;
      const [p, q] = [slope(a, x, y), slope(b, x, y)];
      values.push((2 * p * q + C) / (p * p + q * q + C));
    }
  }
  return values.length === 0 ? undefined : deviation(values);
}

/** Means of 2 × 2. */
function half({ width, height, data }: Plane): Plane {
  const [w, h] = [Math.floor(width / 2), Math.floor(height / 2)];
  const small = Float64Array.from({ length: w * h }, (_, i) => {
    const at = 2 * Math.floor(i / w) * width + 2 * (i % w);
    return ((data[at] ?? 0) + (data[at + 1] ?? 0) + (data[at + width] ?? 0) + (data[at + width + 1] ?? 0)) / 4;
  });
  return { width: w, height: h, data: small };
}

function slope({ width, data }: Plane, x: number, y: number): number {
  const at = (dx: number, dy: number) => data[(y + dy) * width + x + dx] ?? 0;
  const across = at(1, -1) + at(1, 0) + at(1, 1) - at(-1, -1) - at(-1, 0) - at(-1, 1);
  const down = at(-1, 1) + at(0, 1) + at(1, 1) - at(-1, -1) - at(0, -1) - at(1, -1);
  return Math.hypot(across, down) / 3;
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
