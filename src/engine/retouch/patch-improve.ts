/** Better matches from the neighbours' and from random places (Barnes et al. 2009), upright or turned. */
import { type Level, patchCost } from "./patch-level.ts";
import { matchAt, moved, roomAt, TURNS, type TurnedMatch, turnedCost } from "./patch-turn.ts";

/** Only matches worse than this, in squared levels, are tried turned. */
const POOR = 100;

/** Costs of the present field, after the pixels have changed. */
export function measureField(level: Level): void {
  const { targets, field, turn, cost } = level;
  for (const target of targets) {
    const source = field[target] ?? 0;
    const match = turn[target] === 0 ? undefined : matchAt(level, target);
    cost[target] = match
      ? turnedCost(level, target, match, source, Number.POSITIVE_INFINITY)
      : patchCost(level, target, source, Number.POSITIVE_INFINITY);
  }
}

/** One pass: `order` +1 takes over from left and above, −1 from right and below; then random places ever nearer. */
export function improveField(level: Level, order: 1 | -1, random: () => number): void {
  const { targets, cost } = level;
  const last = targets.length - 1;
  for (let k = 0; k <= last; k++) {
    const target = targets[order === 1 ? k : last - k] as number; // from 0 to the last
    if (cost[target] === 0) continue;
    propagate(level, target, -order, 0);
    propagate(level, target, 0, -order);
    searchAround(level, target, random);
    if ((cost[target] as number) > POOR) turnAround(level, target, random);
  }
}

/** Tries the match of the neighbour at (dx, dy), shifted along. */
function propagate(level: Level, target: number, dx: number, dy: number): void {
  const step = dy * level.width + dx;
  const from = level.field[target + step] ?? -1;
  if (from < 0) return;
  const match = level.turn[target + step] === 0 ? undefined : matchAt(level, target + step);
  if (match) tryTurned(level, target, moved(match, -dx, -dy));
  else tryMatch(level, target, from - step);
}

function searchAround(level: Level, target: number, random: () => number): void {
  const { width, height, field, columns, rows } = level;
  for (let reach = Math.max(width, height); reach >= 1; reach /= 2) {
    const centre = field[target] as number; // every target has a match by now
    const x = Math.round((columns[centre] as number) + (2 * random() - 1) * reach);
    const y = Math.round((rows[centre] as number) + (2 * random() - 1) * reach);
    if (x >= 0 && y >= 0 && x < width && y < height) tryMatch(level, target, y * width + x);
  }
}

function turnAround(level: Level, target: number, random: () => number): void {
  const { field, columns, rows } = level;
  const reach = Math.max(level.width, level.height) * random() ** 2;
  const turn = 1 + Math.floor(random() * (TURNS.length - 1));
  const centre = field[target] as number;
  const x = Math.round((columns[centre] as number) + (2 * random() - 1) * reach);
  const y = Math.round((rows[centre] as number) + (2 * random() - 1) * reach);
  tryTurned(level, target, { turn, x, y });
}

function tryMatch(level: Level, target: number, source: number): void {
  const { isSource, field, turn, cost } = level;
  if (isSource[source] !== 1 || (field[target] === source && turn[target] === 0)) return;
  const before = cost[target] as number;
  const found = patchCost(level, target, source, before);
  if (found >= before) return;
  field[target] = source;
  turn[target] = 0;
  cost[target] = found;
}

function tryTurned(level: Level, target: number, match: TurnedMatch): void {
  const source = roomAt(level, match);
  if (source < 0) return;
  const before = level.cost[target] as number;
  const found = turnedCost(level, target, match, source, before);
  if (found >= before) return;
  level.field[target] = source;
  level.turn[target] = match.turn;
  level.place[target * 2] = match.x;
  level.place[target * 2 + 1] = match.y;
  level.cost[target] = found;
}
