/** Places on both sides of a mask's border. */
import type { Mask } from "../raster.ts";
import { boxMean } from "./box-mean.ts";

/** Pixels as indices y · width + x. */
export interface BorderSample {
  readonly at: number;
  /** `DEPTH` pixels inside and outside, along the border's normal. */
  readonly inner: number;
  readonly outer: number;
  /** Outside, ever further from the border, as far as that is in the picture and not in the mask again. */
  readonly outside: readonly number[];
}

export const DEPTH = 3;
const FURTHER = [1, 1.6, 2.2, 3] as const;
/** Radius in which the border's direction is found. */
const NORMAL = 3;

/** One per border pixel, but for those near the picture's own edge, where there is no other side. */
export function borderSamples(mask: Mask): BorderSample[] {
  const { width, height, data } = mask;
  const binary = Float32Array.from(data, (value) => (value > 127 ? 1 : 0));
  const soft = boxMean(binary, width, height, 1, NORMAL);
  const out: BorderSample[] = [];
  for (let y = DEPTH + 1; y < height - DEPTH - 1; y++) {
    for (let x = DEPTH + 1; x < width - DEPTH - 1; x++) {
      const at = y * width + x;
      if (isBorder(binary, at, width)) out.push(...sampleAt(mask, soft, x, y));
    }
  }
  return out;
}

function isBorder(binary: Float32Array, at: number, width: number): boolean {
  return binary[at] === 1 && [at - 1, at + 1, at - width, at + width].some((i) => binary[i] === 0);
}

function sampleAt({ width, height, data }: Mask, soft: Float32Array, x: number, y: number): BorderSample[] {
  const at = y * width + x;
  const across = (soft[at + 1] ?? 0) - (soft[at - 1] ?? 0);
  const down = (soft[at + width] ?? 0) - (soft[at - width] ?? 0);
  const length = Math.hypot(across, down);
  if (length < 1e-4) return []; // a hair: it has no inside
  const place = (depth: number): number => {
    const [u, v] = [Math.round(x + (across / length) * depth), Math.round(y + (down / length) * depth)];
    return Math.max(0, Math.min(height - 1, v)) * width + Math.max(0, Math.min(width - 1, u));
  };
  const outside = FURTHER.map((times) => place(-times * DEPTH)).filter((i) => (data[i] ?? 0) <= 127);
  return [{ at, inner: place(DEPTH), outer: place(-DEPTH), outside }];
}
