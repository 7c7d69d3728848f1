/** Finding for each patch at the hole its most similar patch outside by asking all: only where the picture is tiny. */
import { pushPull } from "./membrane.ts";
import { indicesOf, type Level, neighbours, PIXEL } from "./patch-level.ts";

/** What a smooth guess counts against a known pixel, and what a pixel filled by a match does. */
const GUESS = 0.06;
const FILLED = 0.5;

/**
 * Gives hole pixels a first colour, ring by ring from the border inwards: each takes the centre of the best match. A
 * smooth continuation (membrane) has a small say, or the rings would drift away with whatever they started to copy.
 */
export function peel(level: Level): void {
  const { hole, weight, width, pixels, record } = level;
  const { kernels } = level.arena;
  guessSmoothly(level);
  for (let left = indicesOf(hole); left.length > 0; ) {
    const ring = left.filter((i) => neighbours(i, width, hole.length).some((j) => (weight[j] ?? 0) > GUESS + 1e-3));
    if (ring.length === 0) return; // nothing is known at all
    for (const i of ring) {
      kernels.sumWeights(record, i);
      kernels.matchExhaustively(record, i, level.sources[0] ?? 0);
    }
    for (const i of ring) {
      const source = level.field[i] ?? 0;
      pixels.copyWithin(i * PIXEL, source * PIXEL, (source + 1) * PIXEL);
      weight[i] = FILLED;
    }
    left = left.filter((i) => weight[i] !== FILLED);
  }
}

function guessSmoothly({ width, height, hole, pixels, weight }: Level): void {
  const known = new Float32Array(pixels); // [H, W, PIXEL], the weight last
  hole.forEach((missing, i) => {
    if (missing === 1) known.fill(0, i * PIXEL, (i + 1) * PIXEL);
  });
  const smooth = pushPull(known, width, height);
  hole.forEach((missing, i) => {
    if (missing === 0) return;
    for (let c = 0; c < 3; c++) pixels[i * PIXEL + c] = smooth[i * PIXEL + c] as number;
    weight[i] = GUESS;
  });
}

/** Gives every target the cheapest source, and of several the first. */
export function searchExhaustively({ arena, record, sources }: Level): void {
  arena.kernels.searchExhaustively(record, sources[0] ?? 0);
}
