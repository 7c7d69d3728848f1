/** Better matches from the neighbours' and from random places (Barnes et al. 2009), upright or turned. */
import { type Level, patchCost } from "./patch-level.ts";
import { matchAt, moved, roomAt, TURNS, type TurnedMatch, turnedCost } from "./patch-turn.ts";

/** Only matches worse than this, in squared levels, are tried turned. */
const POOR = 100;

/** Costs of the present field, after the pixels have changed. */
export function measureField(level: Level): void {
  const { targets, field, cost } = level;
  for (const target of targets) {
    const [source, match] = [field[target] ?? 0, matchAt(level, target)];
    cost[target] = match
      ? turnedCost(level, target, match, source, Number.POSITIVE_INFINITY)
      : patchCost(level, target, source, Number.POSITIVE_INFINITY);
  }
}

/** One pass: `order` +1 takes over from left and above, −1 from right and below; then random places ever nearer. */
export function improveField(level: Level, order: 1 | -1, random: () => number): void {
  const { targets } = level;
  const last = targets.length - 1;
  for (let k = 0; k <= last; k++) {
    const target = targets[order === 1 ? k : last - k] ?? 0;
    if ((level.cost[target] ?? 0) === 0) continue;
    propagate(level, target, -order, 0);
    propagate(level, target, 0, -order);
    searchAround(level, target, random);
    if ((level.cost[target] ?? 0) > POOR) turnAround(level, target, random);
  }
}

/** Tries the match of the neighbour at (dx, dy), shifted along. */
function propagate(level: Level, target: number, dx: number, dy: number): void {
  const step = dy * level.width + dx;
  const match = matchAt(level, target + step);
  const from = level.field[target + step] ?? -1;
  if (match) tryTurned(level, target, moved(match, -dx, -dy));
  else if (from >= 0) tryMatch(level, target, from - step);
}

function searchAround(level: Level, target: number, random: () => number): void {
  const { width, height } = level;
  for (let reach = Math.max(width, height); reach >= 1; reach /= 2) {
    const [x, y] = placeNear(level, target, reach, random);
    if (x >= 0 && y >= 0 && x < width && y < height) tryMatch(level, target, y * width + x);
  }
}

function turnAround(level: Level, target: number, random: () => number): void {
  const reach = Math.max(level.width, level.height) * random() ** 2;
  const turn = 1 + Math.floor(random() * (TURNS.length - 1));
  const [x, y] = placeNear(level, target, reach, random);
  tryTurned(level, target, { turn, x, y });
}

/** A random pixel at most `reach` from the present match, perhaps beyond the picture. */
function placeNear({ width, field }: Level, target: number, reach: number, random: () => number): [number, number] {
  const centre = field[target] ?? 0;
  const x = Math.round((centre % width) + (2 * random() - 1) * reach);
  return [x, Math.round(Math.floor(centre / width) + (2 * random() - 1) * reach)];
}

function tryMatch(level: Level, target: number, source: number): void {
  if (level.isSource[source] !== 1) return;
  const cost = patchCost(level, target, source, level.cost[target] ?? 0);
  if (cost >= (level.cost[target] ?? 0)) return;
  level.field[target] = source;
  level.turn[target] = 0;
  level.cost[target] = cost;
}

function tryTurned(level: Level, target: number, match: TurnedMatch): void {
  const source = roomAt(level, match);
  if (source < 0) return;
  const cost = turnedCost(level, target, match, source, level.cost[target] ?? 0);
  if (cost >= (level.cost[target] ?? 0)) return;
  level.field[target] = source;
  level.turn[target] = match.turn;
  level.place.set([match.x, match.y], target * 2);
  level.cost[target] = cost;
}
