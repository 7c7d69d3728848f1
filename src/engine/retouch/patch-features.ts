/** Patches in few numbers, to compare many of them. */
import type { Level } from "./patch-level.ts";

export interface Features {
  /** [sources, size], levels. */
  readonly values: Float32Array;
  readonly size: number;
  /** Per source: the spread of its values, in levels, at most `STRONG`. */
  readonly contrast: Float32Array;
}

const CELLS = 9;
const SIZE = CELLS * 3;
const STRONG = 40;

/** Of every source's patch: the mean colours of 3×3 cells of 2×2 pixels. */
export function patchFeatures({ width, pixels, sources }: Level): Features {
  const values = new Float32Array(sources.length * SIZE);
  const contrast = new Float32Array(sources.length);
  sources.forEach((source, n) => {
    for (let cell = 0; cell < CELLS; cell++) {
      const at = source + (Math.floor(cell / 3) - 1) * 2 * width + ((cell % 3) - 1) * 2;
      for (let c = 0; c < 3; c++) values[n * SIZE + cell * 3 + c] = meanOf(pixels, width, at * 3 + c);
    }
    contrast[n] = Math.min(STRONG, spreadOf(values.subarray(n * SIZE, (n + 1) * SIZE)));
  });
  return { values, size: SIZE, contrast };
}

function meanOf(pixels: Float32Array, width: number, at: number): number {
  const below = at + width * 3;
  return ((pixels[at] ?? 0) + (pixels[at + 3] ?? 0) + (pixels[below] ?? 0) + (pixels[below + 3] ?? 0)) / 4;
}

function spreadOf(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
