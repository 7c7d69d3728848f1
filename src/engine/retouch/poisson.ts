/** Joining copies from places of different brightness: keep each copy's gradients, let go of the steps between copies
 * (Pérez et al., "Poisson Image Editing", 2003). In a sky those steps are what shows. */
import { type Level, neighbours } from "./patch-level.ts";

const SWEEPS = 80;
const OVER_RELAXATION = 1.85;

/** Solves the level's hole pixels from the matches' gradients with the known pixels around as border; changes `pixels`. */
export function joinGradients(level: Level): void {
  const { hole, pixels, width } = level;
  const inside = Int32Array.from([...hole.keys()].filter((i) => hole[i] === 1));
  const around = [...inside].map((i) => neighbours(i, width, hole.length));
  const divergence = Float32Array.from({ length: inside.length * 3 }, (_, k) => {
    const i = inside[Math.floor(k / 3)] ?? 0;
    return (around[Math.floor(k / 3)] ?? []).reduce((sum, j) => sum + stepBetween(level, i, j, k % 3), 0);
  });
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    around.forEach((list, n) => {
      const at = (inside[n] ?? 0) * 3;
      for (let c = 0; c < 3; c++) {
        let sum = divergence[n * 3 + c] ?? 0;
        for (const j of list) sum += pixels[j * 3 + c] ?? 0;
        pixels[at + c] = (pixels[at + c] ?? 0) + OVER_RELAXATION * (sum / list.length - (pixels[at + c] ?? 0));
      }
    });
  }
}

/** Difference of neighbouring pixels i and j in the copies that each of them belongs to, averaged. */
function stepBetween({ field, pixels }: Level, i: number, j: number, c: number): number {
  const fromI = field[i] ?? 0;
  const fromJ = field[j] ?? 0;
  const inI = (pixels[fromI * 3 + c] ?? 0) - (pixels[(fromI + j - i) * 3 + c] ?? 0);
  const inJ = (pixels[(fromJ + i - j) * 3 + c] ?? 0) - (pixels[fromJ * 3 + c] ?? 0);
  return (inI + inJ) / 2;
}
