/** Film grain: a smooth fill next to a grainy photo looks like plastic. */
import type { Mask, Rgb } from "../raster.ts";

/** Numbers from 0 to 1; by its state others (kernels) can go on where it is, and it where they are. */
export interface Random {
  (): number;
  state: number;
}

/** Repeatable 32-bit noise (mulberry32). */
export function randomFrom(seed: number): Random {
  const next = () => {
    const state = (random.state + 0x6d2b79f5) | 0;
    random.state = state;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const random = Object.assign(next, { state: seed | 0 });
  return random;
}

/**
 * Standard deviation of the grain outside `hole`, in levels: the median absolute Laplacian, scaled as for white noise,
 * so that edges and texture count little.
 */
export function grainLevel(rgb: Rgb, hole: Mask): number {
  const { width, height } = rgb;
  const histogram = new Uint32Array(2048);
  let count = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      if ((hole.data[i] ?? 0) > 0) continue;
      const at = (k: number): number => rgb.data[k * 3 + 1] ?? 0;
      const bin = Math.abs(4 * at(i) - at(i - 1) - at(i + 1) - at(i - width) - at(i + width));
      histogram[bin] = (histogram[bin] ?? 0) + 1;
      count++;
    }
  }
  return medianOf(histogram, count) / (0.6745 * Math.sqrt(20));
}

function medianOf(histogram: Uint32Array, count: number): number {
  let below = 0;
  for (let bin = 0; bin < histogram.length; bin++) {
    below += histogram[bin] ?? 0;
    if (2 * below >= count) return count === 0 ? 0 : bin;
  }
  return 0;
}

/** Adds grey Gaussian grain of `level` where `hole` is set (> 127). */
export function addGrain(rgb: Rgb, hole: Mask, level: number, random: () => number): Rgb {
  const data = new Uint8Array(rgb.data);
  hole.data.forEach((value, i) => {
    if (value <= 127) return;
    const grain = level * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    for (let c = i * 3; c < i * 3 + 3; c++) data[c] = Math.max(0, Math.min(255, Math.round((data[c] ?? 0) + grain)));
  });
  return { ...rgb, data };
}
