/** How much two answers to one hint have in common. */
import type { Mask } from "../raster.ts";

/** Shares of pixels in common, 0–1. */
export interface Shared {
  /** Over those of either. */
  readonly same: number;
  readonly ofFirst: number;
  readonly ofSecond: number;
}

/** Masks of one size, binary above 127. */
export function sharedOf(a: Mask, b: Mask): Shared {
  let [both, inA, inB] = [0, 0, 0];
  for (let i = 0; i < a.data.length; i++) {
    const [first, second] = [(a.data[i] ?? 0) > 127, (b.data[i] ?? 0) > 127];
    if (first) inA++;
    if (second) inB++;
    if (first && second) both++;
  }
  const over = (all: number): number => both / Math.max(1, all);
  return { same: over(inA + inB - both), ofFirst: over(inA), ofSecond: over(inB) };
}
