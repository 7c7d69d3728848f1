/** Alpha of the uncertain band from the colours on either side of it: α = position of a pixel on the line B → F. */
import type { Mask, Rgb } from "../raster.ts";
import { boxMean } from "./box-mean.ts";

/** What is certain (255) on each side; everything else is estimated. */
export interface Trimap {
  readonly object: Mask;
  readonly background: Mask;
}

/** What colours must show before they outweigh the fallback. */
export interface Doubt {
  /** Squared levels under which the two sides cannot be told apart. */
  readonly noise: number;
  /** How often the sides' own variance counts. */
  readonly spread: number;
}

/**
 * Alpha 0–255 of each pixel: certain ones as they are, the others by colour where the means of both sides within
 * `radius` px differ clearly against their spread, else as `fallback` says.
 */
export function colourLineAlpha(
  rgb: Rgb,
  { object, background }: Trimap,
  fallback: Mask,
  radius: number,
  doubt: Doubt,
): Mask {
  const front = sideStatistics(rgb, object, radius);
  const back = sideStatistics(rgb, background, radius);
  const sides = { front, back, doubt };
  const data = new Uint8Array(fallback.data.length);
  for (let i = 0; i < data.length; i++) {
    if ((object.data[i] ?? 0) > 127) data[i] = 255;
    else if ((background.data[i] ?? 0) <= 127) {
      data[i] = Math.round(estimate(rgb.data, i, sides, fallback.data[i] as number)); // of the picture's size
    }
  }
  return { ...fallback, data };
}

/** [H, W, 5]: Σw·R, Σw·G, Σw·B, Σw·|I|², Σw around each pixel, w = 1 on that side. */
function sideStatistics(rgb: Rgb, side: Mask, radius: number): Float32Array {
  const sums = new Float32Array(side.data.length * 5);
  for (let i = 0, at = 0, c = 0; i < side.data.length; i++, at += 5, c += 3) {
    if ((side.data[i] as number) <= 127) continue;
    const r = rgb.data[c] as number; // three for every pixel
    const g = rgb.data[c + 1] as number;
    const b = rgb.data[c + 2] as number;
    sums[at] = r;
    sums[at + 1] = g;
    sums[at + 2] = b;
    sums[at + 3] = r * r + g * g + b * b;
    sums[at + 4] = 1;
  }
  return boxMean(sums, rgb.width, rgb.height, 5, radius);
}

interface Sides {
  readonly front: Float32Array;
  readonly back: Float32Array;
  readonly doubt: Doubt;
}

function estimate(pixels: Uint8Array, i: number, { front, back, doubt }: Sides, fallback: number): number {
  const [wf, wb] = [front[i * 5 + 4] ?? 0, back[i * 5 + 4] ?? 0];
  if (wf < 1e-3 || wb < 1e-3) return fallback;
  let [along, length, spread] = [0, 0, (front[i * 5 + 3] ?? 0) / wf + (back[i * 5 + 3] ?? 0) / wb];
  for (let c = 0; c < 3; c++) {
    const [f, b] = [(front[i * 5 + c] ?? 0) / wf, (back[i * 5 + c] ?? 0) / wb];
    along += ((pixels[i * 3 + c] ?? 0) - b) * (f - b);
    length += (f - b) ** 2;
    spread -= f * f + b * b;
  }
  const trust = length / (length + doubt.noise + doubt.spread * Math.max(0, spread));
  const alpha = 255 * Math.max(0, Math.min(1, along / Math.max(1, length)));
  return trust * alpha + (1 - trust) * fallback;
}
