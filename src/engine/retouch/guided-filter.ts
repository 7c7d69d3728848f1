/** Guided filter with a colour guide (He, Sun, Tang 2013) in its fast form (He, Sun 2015): the linear coefficients are
 * found on a small picture and applied to a large one, so that a small mask gains the edges of the full-size photo. */
import type { Mask, Rgb } from "../raster.ts";
import { boxMean } from "./box-mean.ts";
import { resizePlanes } from "./resample.ts";

/** Smoothed coefficients of q = a·I + b, interleaved [H, W, 4] as (aR, aG, aB, b); I is 0–255, q 0–255. */
export interface GuidedCoefficients {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/**
 * Fits q = a·I + b in every window of (2·radius + 1)² pixels. `epsilon` is in squared levels (0–255): contrasts whose
 * variance is well below it count as flat. O(pixels), independent of `radius`.
 */
export function guidedCoefficients(guide: Rgb, input: Mask, radius: number, epsilon: number): GuidedCoefficients {
  const { width, height } = guide;
  const moments = boxMean(momentsOf(guide, input), width, height, 13, radius);
  const data = new Float32Array(width * height * 4);
  for (let i = 0; i < width * height; i++) solve(moments, i * 13, epsilon, data, i * 4);
  return { width, height, data: boxMean(data, width, height, 4, radius) };
}

/** Evaluates the coefficients on `guide`, which may be larger than the picture they were fitted on. */
export function applyGuided(coefficients: GuidedCoefficients, guide: Rgb): Mask {
  const { width, height } = guide;
  const same = coefficients.width === width && coefficients.height === height;
  const ab = same
    ? coefficients.data
    : resizePlanes(coefficients.data, coefficients.width, coefficients.height, 4, width, height);
  const data = new Uint8Array(width * height);
  for (let i = 0, c = 0, k = 0; i < data.length; i++, c += 3, k += 4) {
    const q = dot3(ab, k, guide.data, c) + (ab[k + 3] ?? 0);
    data[i] = Math.max(0, Math.min(255, Math.round(q)));
  }
  return { width, height, data };
}

/** [H, W, 13]: R G B p, Rp Gp Bp, RR RG RB GG GB BB. */
function momentsOf(guide: Rgb, input: Mask): Float32Array {
  const out = new Float32Array(guide.width * guide.height * 13);
  for (let i = 0, c = 0, o = 0; i < input.data.length; i++, c += 3, o += 13) {
    const r = guide.data[c] as number; // three for every pixel
    const g = guide.data[c + 1] as number;
    const b = guide.data[c + 2] as number;
    const p = input.data[i] as number;
    out[o] = r;
    out[o + 1] = g;
    out[o + 2] = b;
    out[o + 3] = p;
    out[o + 4] = r * p;
    out[o + 5] = g * p;
    out[o + 6] = b * p;
    out[o + 7] = r * r;
    out[o + 8] = r * g;
    out[o + 9] = r * b;
    out[o + 10] = g * g;
    out[o + 11] = g * b;
    out[o + 12] = b * b;
  }
  return out;
}

/** a = (Σ + εI)⁻¹ cov(I, p), b = p̄ − a·Ī, by the adjugate of the symmetric 3×3 matrix. */
function solve(moments: Float32Array, m: number, epsilon: number, out: Float32Array, o: number): void {
  // 13 numbers from m on.
  const r = moments[m] as number;
  const g = moments[m + 1] as number;
  const b = moments[m + 2] as number;
  const p = moments[m + 3] as number;
  const [cr, cg, cb] = [
    (moments[m + 4] as number) - r * p,
    (moments[m + 5] as number) - g * p,
    (moments[m + 6] as number) - b * p,
  ];
  const [rr, gg, bb] = [
    (moments[m + 7] as number) - r * r + epsilon,
    (moments[m + 10] as number) - g * g + epsilon,
    (moments[m + 12] as number) - b * b + epsilon,
  ];
  const [rg, rb, gb] = [
    (moments[m + 8] as number) - r * g,
    (moments[m + 9] as number) - r * b,
    (moments[m + 11] as number) - g * b,
  ];
  const [i00, i01, i02] = [gg * bb - gb * gb, gb * rb - rg * bb, rg * gb - gg * rb];
  const [i11, i12, i22] = [rr * bb - rb * rb, rb * rg - rr * gb, rr * gg - rg * rg];
  const scale = 1 / (rr * i00 + rg * i01 + rb * i02);
  const ar = (i00 * cr + i01 * cg + i02 * cb) * scale;
  const ag = (i01 * cr + i11 * cg + i12 * cb) * scale;
  const ab = (i02 * cr + i12 * cg + i22 * cb) * scale;
  out[o] = ar;
  out[o + 1] = ag;
  out[o + 2] = ab;
  out[o + 3] = p - ar * r - ag * g - ab * b;
}

function dot3(ab: Float32Array, k: number, guide: Uint8Array, c: number): number {
  return (
    (ab[k] ?? 0) * (guide[c] ?? 0) + (ab[k + 1] ?? 0) * (guide[c + 1] ?? 0) + (ab[k + 2] ?? 0) * (guide[c + 2] ?? 0)
  );
}
