/** Joining copies from places of different brightness: keep each copy's gradients, let go of the steps between copies
 * (Pérez et al., "Poisson Image Editing", 2003). In a sky those steps are what shows. */
import { indicesOf, type Level } from "./patch-level.ts";

const SWEEPS = 60;
const OVER_RELAXATION = 1.7;
/** How much each pixel is held at its own colour against each of its neighbours: steps are spread over about 1 / √HOLD
 * pixels, and the tone of the border (a shadow that stays) does not flow into the hole. */
const HOLD = 0.02;
/** Larger steps, in levels, are structure: a horizon, a trunk. */
const STRUCTURE = 14;

/** Solves the level's hole pixels from the matches' gradients with the known pixels around as border; changes `pixels`. */
export function joinGradients(level: Level): void {
  const inside = indicesOf(level.hole);
  const around = neighboursOf(level, inside);
  const wanted = wantedOf(level, inside, around);
  for (let sweep = 0; sweep < SWEEPS; sweep++) relax(level.pixels, inside, around, wanted);
}

// Below, no index leaves its array: neighbours lie in the picture, and there are four for every hole pixel.

/** One sweep of successive over-relaxation. */
function relax(pixels: Float32Array, inside: Int32Array, around: Int32Array, wanted: Float32Array): void {
  for (let n = 0, k = 0, w = 0; n < inside.length; n++, k += 4, w += 3) {
    const at = (inside[n] as number) * 3;
    const p = (around[k] as number) * 3;
    const q = (around[k + 1] as number) * 3;
    const r = (around[k + 2] as number) * 3;
    const s = (around[k + 3] as number) * 3;
    for (let c = 0; c < 3; c++) {
      let sum = (wanted[w + c] as number) + (pixels[p + c] as number);
      sum = sum + (pixels[q + c] as number) + (pixels[r + c] as number) + (pixels[s + c] as number);
      const was = pixels[at + c] as number;
      pixels[at + c] = was + OVER_RELAXATION * (sum / (4 + HOLD) - was);
    }
  }
}

/** Four per hole pixel: left, right, above, below; the pixel itself beyond the picture, so that there is no slope across its
 * edge. */
function neighboursOf({ width, columns, hole }: Level, inside: Int32Array): Int32Array {
  const out = new Int32Array(inside.length * 4);
  inside.forEach((i, n) => {
    const x = columns[i] as number;
    out[n * 4] = x > 0 ? i - 1 : i;
    out[n * 4 + 1] = x < width - 1 ? i + 1 : i;
    out[n * 4 + 2] = i >= width ? i - width : i;
    out[n * 4 + 3] = i + width < hole.length ? i + width : i;
  });
  return out;
}

/** Per hole pixel and channel: the steps to its neighbours that should be there, and its own colour times `HOLD`. */
function wantedOf(level: Level, inside: Int32Array, around: Int32Array): Float32Array {
  const { pixels } = level;
  const out = new Float32Array(inside.length * 3);
  for (let n = 0; n < inside.length; n++) {
    const i = inside[n] as number;
    for (let c = 0; c < 3; c++) {
      let sum = HOLD * (pixels[i * 3 + c] as number);
      for (let k = n * 4; k < n * 4 + 4; k++) sum += wantedStep(level, i, around[k] as number, c);
      out[n * 3 + c] = sum;
    }
  }
  return out;
}

/** Difference of neighbouring pixels i and j in the copies that each of them belongs to, averaged. */
function wantedStep({ field, turn, pixels }: Level, i: number, j: number, c: number): number {
  if (i === j) return 0;
  const found = (pixels[i * 3 + c] as number) - (pixels[j * 3 + c] as number);
  if (turn[i] !== 0 || turn[j] !== 0) return found;
  const fromI = field[i] as number;
  const fromJ = field[j] as number;
  const inI = (pixels[fromI * 3 + c] as number) - (pixels[(fromI + j - i) * 3 + c] as number);
  const inJ = (pixels[(fromJ + i - j) * 3 + c] as number) - (pixels[fromJ * 3 + c] as number);
  const copied = (inI + inJ) / 2;
  return Math.abs(found - copied) > STRUCTURE ? found : copied;
}
