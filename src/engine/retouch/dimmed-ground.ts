/** How much darker a region is than the ground around it, and whether only its light is missing. */
import { dilate } from "../geometry/mask.ts";
import type { Mask, Rgb } from "../raster.ts";
import { boxMean } from "./box-mean.ts";
import { harmonic } from "./harmonic.ts";
import { resizePlanes } from "./resample.ts";

export interface Dimming {
  /** Logarithm of ground over picture, mean of the channels: 0 as light as the ground, 0.7 half as light. */
  readonly depth: Float32Array;
  /** How far the channels are from one another in that: 0 where nothing but light is missing. */
  readonly hue: Float32Array;
}

/** Logarithm of a level; six more levels of light, since in the dark noise is no colour. */
const LIGHT = Float32Array.from({ length: 256 }, (_, level) => Math.log(level + 6));
/** The ground's tone is a mean within so many pixels of half the size. */
const TONE = 2;

/** Depths beyond this are no shadow but a dark thing. */
const DEEPEST = 0.9;
/** How far channels may differ, and how much more per depth. */
const NEUTRAL = 0.12;

/** Whether pixel i passes for ground that lacks nothing but light; `tolerance` multiplies how far its channels may differ. */
export function isDimmed({ depth, hue }: Dimming, i: number, tolerance = 1): boolean {
  const [lacks, apart] = [depth[i] ?? 0, hue[i] ?? 0];
  return lacks > -0.05 && lacks < DEEPEST && apart < tolerance * NEUTRAL * (1 + Math.min(Math.max(lacks, 0), 1));
}

/** Every pixel beside the ground that begins `apart` pixels from the region and is continued smoothly under it; undefined where
 * no ground is seen. */
export function dimmingOf(picture: Rgb, region: Mask, apart: number): Dimming | undefined {
  const { width, height, data } = picture;
  const ground = groundTones(picture, dilate(region, apart));
  if (ground === undefined) return undefined;
  const lack = new Float32Array(ground.length);
  for (let k = 0; k < lack.length; k++) lack[k] = (ground[k] ?? 0) - (LIGHT[data[k] ?? 0] ?? 0);
  const near = boxMean(lack, width, height, 3, 1);
  const [depth, hue] = [new Float32Array(width * height), new Float32Array(width * height)];
  for (let i = 0; i < depth.length; i++) {
    const [r, g, b] = [near[3 * i] ?? 0, near[3 * i + 1] ?? 0, near[3 * i + 2] ?? 0];
    const mean = (r + g + b) / 3;
    depth[i] = mean;
    hue[i] = Math.max(Math.abs(r - mean), Math.abs(g - mean), Math.abs(b - mean));
  }
  return { depth, hue };
}

/** [H, W, 3]: the light of what is not `hidden`, smooth, and continued under it; worked out on half as many rows. */
function groundTones({ width, height, data }: Rgb, hidden: Mask): Float32Array | undefined {
  const seen = new Float32Array(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    if ((hidden.data[i] ?? 0) > 127) continue;
    for (let c = 0; c < 3; c++) seen[4 * i + c] = LIGHT[data[3 * i + c] ?? 0] ?? 0;
    seen[4 * i + 3] = 1;
  }
  const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const small = resizePlanes(seen, width, height, 4, w, h);
  const sums = boxMean(small, w, h, 4, TONE);
  const fixed = Uint8Array.from({ length: w * h }, (_, i) => ((small[4 * i + 3] ?? 0) > 0.5 ? 1 : 0));
  if (!fixed.includes(1)) return undefined;
  const tones = new Float32Array(3 * w * h);
  for (let c = 0; c < 3; c++) {
    const known = Float32Array.from(fixed, (one, i) => (one ? (sums[4 * i + c] ?? 0) / (sums[4 * i + 3] ?? 1) : 0));
    harmonic({ width: w, height: h }, fixed, known).forEach((value, i) => {
      tones[3 * i + c] = value;
    });
  }
  return resizePlanes(tones, w, h, 3, width, height);
}
