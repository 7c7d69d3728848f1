/** Which pixels an edit changed, seen from the stored picture. */
import type { Picture } from "../native.ts";
import type { Frame } from "./jpeg.ts";
import type { Placement } from "./placement.ts";

/** Two turned pictures of one layout, 8-bit, grey or RGB, and how the stored one lies in them. */
export interface Change {
  readonly before: Picture;
  readonly after: Picture;
  readonly placement: Placement;
}

/** Index of the stored pixel's samples. */
export function samplesAt({ after, placement }: Change, x: number, y: number): number {
  return (placement.start + x * placement.right + y * placement.down) * after.channels;
}

/** Whether the pixel whose samples begin `at` differs in any of them. */
export function changedAt({ before, after }: Change, at: number): boolean {
  for (let i = at; i < at + after.channels; i++) if (before.samples[i] !== after.samples[i]) return true;
  return false;
}

/** 1 for every MCU that a changed pixel lies in: [mcusHigh, mcusWide]. */
export function touchedMcus(frame: Frame, change: Change): Uint8Array {
  const { width, height, mcu, mcusWide, mcusHigh } = frame;
  const touched = new Uint8Array(mcusWide * mcusHigh);
  for (let y = 0; y < height; y++) {
    const row = Math.trunc(y / mcu[1]) * mcusWide;
    for (let x = 0; x < width; x++) {
      if (changedAt(change, samplesAt(change, x, y))) touched[row + Math.trunc(x / mcu[0])] = 1;
    }
  }
  return touched;
}
