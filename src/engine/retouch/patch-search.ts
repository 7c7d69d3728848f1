/** Finding for each patch at the hole its most similar patch outside: exhaustively where the picture is tiny, by
 * propagation and random search (Barnes et al. 2009) elsewhere. */
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

/** Costs of the present field, after the pixels have changed. */
export function measureField(level: Level): void {
  for (const target of level.targets) {
    level.cost[target] = patchCost(level, target, level.field[target] ?? 0, Number.POSITIVE_INFINITY);
  }
}

/** One pass: `order` +1 takes over from left and above, −1 from right and below; then random places ever nearer. */
export function improveField(level: Level, order: 1 | -1, random: () => number): void {
  const { targets, width } = level;
  const last = targets.length - 1;
  for (let k = 0; k <= last; k++) {
    const target = targets[order === 1 ? k : last - k] ?? 0;
    if ((level.cost[target] ?? 0) === 0) continue;
    propagate(level, target, -order);
    propagate(level, target, -order * width);
    searchAround(level, target, random);
  }
}

/** Tries the neighbour's match, shifted along. */
function propagate(level: Level, target: number, step: number): void {
  const from = level.field[target + step] ?? -1;
  if (from >= 0) tryMatch(level, target, from - step);
}

function searchAround(level: Level, target: number, random: () => number): void {
  const { width, height } = level;
  for (let reach = Math.max(width, height); reach >= 1; reach /= 2) {
    const centre = level.field[target] ?? 0;
    const x = Math.round((centre % width) + (2 * random() - 1) * reach);
    const y = Math.round(Math.floor(centre / width) + (2 * random() - 1) * reach);
    if (x >= 0 && y >= 0 && x < width && y < height) tryMatch(level, target, y * width + x);
  }
}

function tryMatch(level: Level, target: number, source: number): void {
  if (level.isSource[source] !== 1) return;
  const cost = patchCost(level, target, source, level.cost[target] ?? 0);
  if (cost >= (level.cost[target] ?? 0)) return;
  level.field[target] = source;
  level.cost[target] = cost;
}

/** Takes over the coarser level's field, its offsets scaled; where that gives no source, a random one stands in. */
export function refineField(level: Level, coarse: Level, random: () => number): void {
  const { width, height, targets, sources, field, isSource } = level;
  const [sx, sy] = [width / coarse.width, height / coarse.height];
  for (const target of targets) {
    const [x, y] = [target % width, Math.floor(target / width)];
    const at = Math.floor((y + 0.5) / sy) * coarse.width + Math.floor((x + 0.5) / sx);
    const from = coarse.field[at] ?? -1;
    const dx = Math.round(((from % coarse.width) - (at % coarse.width)) * sx);
    const dy = Math.round((Math.floor(from / coarse.width) - Math.floor(at / coarse.width)) * sy);
    const inside = from >= 0 && x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height;
    const source = target + dy * width + dx;
    const usable = inside && isSource[source] === 1;
    field[target] = usable ? source : (sources[Math.floor(random() * sources.length)] ?? 0);
  }
}
