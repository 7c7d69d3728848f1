/** Finding for each patch at the hole its most similar patch outside by asking all: only where the picture is tiny. */
import { pushPull } from "./membrane.ts";
import { indicesOf, type Level, neighbours, patchCost, sumWeights } from "./patch-level.ts";

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
  for (let left = indicesOf(hole); left.length > 0; ) {
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

/** A source may cost this much more than the best before it is given up: what costs the same is compared by its place. */
const TIE = 1 + 1e-9;

/**
 * The cheapest source, and of several the first. Looked for from the target's row outwards, until rows alone cost more
 * than the best found; the present match is a good first bound.
 */
function matchExhaustively(level: Level, target: number): void {
  const { height, rows, rise, field } = level;
  const y = rows[target] as number;
  const present = field[target] as number;
  const best = { at: level.sources[0] ?? 0, cost: Number.POSITIVE_INFINITY };
  if (present >= 0) tryMatch(level, target, present, best);
  for (let d = 0; d < height && (rise[d] as number) <= best.cost * TIE; d++) {
    if (y >= d) tryRow(level, target, y - d, best);
    if (d > 0 && y + d < height) tryRow(level, target, y + d, best);
  }
  field[target] = best.at;
  level.cost[target] = best.cost;
}

interface Best {
  at: number;
  cost: number;
}

/** Only as far to either side as displacement alone costs no more than the best found. */
function tryRow(level: Level, target: number, y: number, best: Best): void {
  const { width, isSource, columns, rows, rise } = level;
  const x = columns[target] as number;
  const left = best.cost * TIE - (rise[Math.abs(y - (rows[target] as number))] as number);
  const reach = reachAcross(level, left);
  const end = y * width + Math.min(width - 1, x + reach);
  for (let i = y * width + Math.max(0, x - reach); i <= end; i++) {
    if (isSource[i] === 1) tryMatch(level, target, i, best);
  }
}

/** Columns to the side that cost at most `cost`. */
function reachAcross({ width, side }: Level, cost: number): number {
  let reach = 0;
  while (reach + 1 < width && (side[reach + 1] as number) <= cost) reach++;
  return reach;
}

function tryMatch(level: Level, target: number, source: number, best: Best): void {
  const cost = patchCost(level, target, source, best.cost * TIE);
  if (cost > best.cost || (cost === best.cost && source >= best.at)) return;
  best.at = source;
  best.cost = cost;
}
