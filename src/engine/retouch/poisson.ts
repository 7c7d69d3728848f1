/** Joining copies from places of different brightness: keep each copy's gradients, let go of the steps between copies
 * (Pérez et al., "Poisson Image Editing", 2003). In a sky those steps are what shows. */
import type { Level } from "./patch-level.ts";

const SWEEPS = 60;
const OVER_RELAXATION = 1.7;
/** How much each pixel is held at its own colour against each of its neighbours: steps are spread over about 1 / √HOLD
 * pixels, and the tone of the border (a shadow that stays) does not flow into the hole. */
const HOLD = 0.02;
/** Larger steps, in levels, are structure: a horizon, a trunk. */
const STRUCTURE = 14;

/** Solves the level's hole pixels from the matches' gradients with the known pixels around as border; changes `pixels`. */
export function joinGradients(level: Level): void {
  const inside = insideOf(level);
  const wanted = wantedOf(level, inside);
  const around = neighboursOf(level, inside);
  const { pixels } = level;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (let n = 0; n < inside.length; n++) {
      for (let c = 0; c < 3; c++) {
        const at = (inside[n] ?? 0) * 3 + c;
        let sum = wanted[n * 3 + c] ?? 0;
        for (let k = n * 4; k < n * 4 + 4; k++) sum += pixels[(around[k] ?? 0) * 3 + c] ?? 0;
        pixels[at] = (pixels[at] ?? 0) + OVER_RELAXATION * (sum / (4 + HOLD) - (pixels[at] ?? 0));
      }
    }
  }
}

/** Four per hole pixel. */
function neighboursOf(level: Level, inside: Int32Array): Int32Array {
  const { width } = level;
  const out = new Int32Array(inside.length * 4);
  inside.forEach((i, n) => {
    out.set(
      [-1, 1, -width, width].map((step) => i + reach(level, i, step)),
      n * 4,
    );
  });
  return out;
}

function insideOf({ hole }: Level): Int32Array {
  const inside: number[] = [];
  for (let i = 0; i < hole.length; i++) if (hole[i] === 1) inside.push(i);
  return Int32Array.from(inside);
}

/** Per hole pixel and channel: the steps to its neighbours that should be there, and its own colour times `HOLD`. */
function wantedOf(level: Level, inside: Int32Array): Float32Array {
  const { pixels, width } = level;
  const out = new Float32Array(inside.length * 3);
  for (let n = 0; n < inside.length; n++) {
    const i = inside[n] ?? 0;
    for (let c = 0; c < 3; c++) {
      let sum = HOLD * (pixels[i * 3 + c] ?? 0);
      for (const step of [-1, 1, -width, width]) sum += wantedStep(level, i, i + reach(level, i, step), c);
      out[n * 3 + c] = sum;
    }
  }
  return out;
}

/** The offset itself, or 0 where it leaves the picture: no slope across its edge. */
function reach({ width, hole }: Level, i: number, step: number): number {
  const j = i + step;
  if (j < 0 || j >= hole.length) return 0;
  const wraps = (step === -1 && i % width === 0) || (step === 1 && j % width === 0);
  return wraps ? 0 : step;
}

/** Difference of neighbouring pixels i and j in the copies that each of them belongs to, averaged. */
function wantedStep({ field, turn, pixels }: Level, i: number, j: number, c: number): number {
  if (i === j) return 0;
  if (turn[i] !== 0 || turn[j] !== 0) return (pixels[i * 3 + c] ?? 0) - (pixels[j * 3 + c] ?? 0);
  const fromI = field[i] ?? 0;
  const fromJ = field[j] ?? 0;
  const inI = (pixels[fromI * 3 + c] ?? 0) - (pixels[(fromI + j - i) * 3 + c] ?? 0);
  const inJ = (pixels[(fromJ + i - j) * 3 + c] ?? 0) - (pixels[fromJ * 3 + c] ?? 0);
  const found = (pixels[i * 3 + c] ?? 0) - (pixels[j * 3 + c] ?? 0);
  const copied = (inI + inJ) / 2;
  return Math.abs(found - copied) > STRUCTURE ? found : copied;
}
