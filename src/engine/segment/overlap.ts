/** How much two answers to one hint have in common. */
import type { Mask } from "../raster.ts";

/** `same`: shared pixels over those of either, 0–1; `ofSecond`: over those of `b`. Masks of one size, binary above 127. */
export function sharedOf(a: Mask, b: Mask): { same: number; ofSecond: number } {
  let [both, inA, inB] = [0, 0, 0];
  for (let i = 0; i < a.data.length; i++) {
    const [first, second] = [(a.data[i] ?? 0) > 127, (b.data[i] ?? 0) > 127];
    if (first) inA++;
    if (second) inB++;
    if (first && second) both++;
  }
  return { same: both / Math.max(1, inA + inB - both), ofSecond: both / Math.max(1, inB) };
}
