/** Finding for each patch at the hole its most similar patch outside by asking all: only where the picture is tiny. */
import { pushPull } from "./membrane.ts";
import { type Level, neighbours, patchCost, sumWeights } from "./patch-level.ts";

/** What a smooth guess counts against a known pixel, and what a pixel filled by a match does. */
const GUESS = 0.06;
const FILLED = 0.5;

/**
 * Gives hole pixels a first colour, ring by ring from the border inwards: each takes the centre of the best match. A
 * smooth continuation (membrane) has a small say, or the rings would drift away with whatever they started to copy.
 */
export function peel(level: Level): void {
  const { hole, weight, width, pixels } = level;
  guessSmoothly(level);
  for (let left = [...hole.keys()].filter((i) => hole[i] === 1); left.length > 0; ) {
    const ring = left.filter((i) => neighbours(i, width, hole.length).some((j) => (weight[j] ?? 0) > GUESS + 1e-3));
    if (ring.length === 0) return; // nothing is known at all
    for (const i of ring) {
      sumWeights(level, i);
      matchExhaustively(level, i);
    }
    for (const i of ring) {
      const source = level.field[i] ?? 0;
      pixels.copyWithin(i * 3, source * 3, source * 3 + 3);
      weight[i] = FILLED;
    }
    left = left.filter((i) => weight[i] !== FILLED);
  }
}

function guessSmoothly({ width, height, hole, pixels, weight }: Level): void {
  const known = new Float32Array(hole.length * 4);
  hole.forEach((missing, i) => {
    if (missing === 0) known.set([...pixels.subarray(i * 3, i * 3 + 3), 1], i * 4);
  });
  const smooth = pushPull(known, width, height);
  hole.forEach((missing, i) => {
    if (missing === 0) return;
    pixels.set(smooth.subarray(i * 4, i * 4 + 3), i * 3);
    weight[i] = GUESS;
  });
}

export function searchExhaustively(level: Level): void {
  for (const target of level.targets) matchExhaustively(level, target);
}

function matchExhaustively(level: Level, target: number): void {
  let [best, found] = [Number.POSITIVE_INFINITY, level.sources[0] ?? 0];
  for (const source of level.sources) {
    const cost = patchCost(level, target, source, best);
    if (cost < best) [best, found] = [cost, source];
  }
  level.field[target] = found;
  level.cost[target] = best;
}
