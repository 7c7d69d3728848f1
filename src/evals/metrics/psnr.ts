/** Peak signal-to-noise ratio over a part of a picture. */
import type { Mask, Rgb } from "../../engine/raster.ts";

/** Of identical pixels, whose ratio has no bound: tables and JSON need a number. */
const IDENTICAL_DB = 100;

export interface SquaredError {
  /** Over the samples (three a pixel), in levels². */
  readonly sum: number;
  readonly count: number;
}

/** Over the pixels where the mask is above 127. All three have one size. */
export function squaredError(a: Rgb, b: Rgb, where: Mask): SquaredError {
  let [sum, count] = [0, 0];
  where.data.forEach((inside, i) => {
    if (inside <= 127) return;
    for (let at = i * 3; at < i * 3 + 3; at++) sum += ((a.data[at] ?? 0) - (b.data[at] ?? 0)) ** 2;
    count += 3;
  });
  return { sum, count };
}

/** 10·log10(255² / mean squared error) in dB over all parts together, at most 100; undefined without a pixel. */
export function psnr(parts: readonly SquaredError[]): number | undefined {
  const sum = parts.reduce((total, part) => total + part.sum, 0);
  const count = parts.reduce((total, part) => total + part.count, 0);
  if (count === 0) return undefined;
  return sum === 0 ? IDENTICAL_DB : Math.min(IDENTICAL_DB, 10 * Math.log10((255 ** 2 * count) / sum));
}
