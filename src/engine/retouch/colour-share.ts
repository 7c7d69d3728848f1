/** How usual a colour is inside a region against behind it, from two histograms in Lab. */
import { erode } from "../geometry/mask.ts";
import type { Mask } from "../raster.ts";
import { DEPTH } from "./border-samples.ts";

/** Per axis: about 6 levels of L, 8 of a and b. */
const BINS = 16;

/** Pixels that show what is behind, and how much each counts. */
export interface Behind {
  readonly places: readonly number[];
  readonly weight: number;
}

/** For a pixel of `lab` ([H, W, 3]): inside / (inside + behind) of its colour's density, 0–1; 0.5 for unseen colours. */
export function ownColours(lab: Float32Array, mask: Mask, behind: readonly Behind[]): (i: number) => number {
  const [inside, outside] = [new Float32Array(BINS ** 3), new Float32Array(BINS ** 3)];
  erode(mask, DEPTH).data.forEach((value, i) => {
    if (value > 127) count(inside, binOf(lab, i), 1);
  });
  for (const { places, weight } of behind) for (const i of places) count(outside, binOf(lab, i), weight);
  const [own, foreign] = [density(inside), density(outside)];
  return (i) => {
    const [p, q] = [own[binOf(lab, i)] ?? 0, foreign[binOf(lab, i)] ?? 0];
    return (p + 1e-6) / (p + q + 2e-6);
  };
}

function count(histogram: Float32Array, bin: number, weight: number): void {
  histogram[bin] = (histogram[bin] ?? 0) + weight;
}

function binOf(lab: Float32Array, i: number): number {
  const [l, a, b] = [(lab[i * 3] ?? 0) / 100, (lab[i * 3 + 1] ?? 0) / 128 + 0.5, (lab[i * 3 + 2] ?? 0) / 128 + 0.5];
  return (level(l) * BINS + level(a)) * BINS + level(b);
}

function level(share: number): number {
  return Math.max(0, Math.min(BINS - 1, Math.floor(share * BINS)));
}

/** Spread over the neighbouring bins (1 2 1 along each axis), summing up to 1. */
function density(histogram: Float32Array): Float32Array {
  let out = histogram;
  for (const stride of [1, BINS, BINS * BINS]) out = spreadAlong(out, stride);
  const total = out.reduce((sum, value) => sum + value, 0) || 1;
  return out.map((value) => value / total);
}

function spreadAlong(from: Float32Array, stride: number): Float32Array {
  return from.map((value, i) => {
    const at = Math.floor(i / stride) % BINS;
    const before = at > 0 ? (from[i - stride] ?? 0) : 0;
    const after = at < BINS - 1 ? (from[i + stride] ?? 0) : 0;
    return 0.5 * value + 0.25 * (before + after);
  });
}
