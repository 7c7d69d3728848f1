/** Better matches from the neighbours' and from random places (Barnes et al. 2009), upright or turned. */
import { columnOf, costOf, Level, rowOf, setCost, sourceOf, targetAt, turnOf } from "./level";
import { aim, costFrom, patchCost } from "./patch-cost";
import { random, resume, stateNow } from "./random";
import { acrossOf, downOf, nearest, placeX, placeY, roomAt, turnedCost } from "./turned";

/** Only matches worse than this, in squared levels, are tried turned. */
const POOR: f64 = 100;

/** Costs of the present field, after the pixels have changed. */
export function measureField(level: Level): void {
  for (let k = 0; k < level.targetCount; k++) measure(level, targetAt(level, k));
}

function measure(level: Level, target: i32): void {
  const source = sourceOf(level, target);
  const turn = turnOf(level, target);
  const cost =
    turn === 0
      ? patchCost(level, target, source, Infinity)
      : turnedCost(level, target, turn, placeX(level, target), placeY(level, target), source, Infinity);
  setCost(level, target, cost);
}

/**
 * One pass: `order` +1 takes over from left and above, −1 from right and below; then random places ever nearer. `seed` is the
 * generator's state before the pass, the result that after it. `turns` is how many ways to turn a copy there are.
 */
export function improveField(level: Level, order: i32, turns: i32, seed: i32): i32 {
  resume(seed);
  const last = level.targetCount - 1;
  for (let k = 0; k <= last; k++) improve(level, targetAt(level, order === 1 ? k : last - k), order, turns);
  return stateNow();
}

function improve(level: Level, target: i32, order: i32, turns: i32): void {
  if (costOf(level, target) === 0) return;
  aim(level, target);
  propagate(level, target, -order, 0);
  propagate(level, target, 0, -order);
  searchAround(level, target);
  if (costOf(level, target) > POOR) turnAround(level, target, turns);
}

/** Tries the match of the neighbour at (dx, dy), shifted along. */
function propagate(level: Level, target: i32, dx: i32, dy: i32): void {
  const step = dy * level.width + dx;
  const neighbour = target + step;
  if (u32(neighbour) >= u32(level.width * level.height)) return;
  const from = sourceOf(level, neighbour);
  if (from < 0) return;
  const turn = turnOf(level, neighbour);
  if (turn === 0) {
    tryMatch(level, target, columnOf(level, from) - dx, rowOf(level, from) - dy);
    return;
  }
  const x = placeX(level, neighbour) + acrossOf(level.turns, turn, -dx, -dy);
  const y = placeY(level, neighbour) + downOf(level.turns, turn, -dx, -dy);
  tryTurned(level, target, turn, x, y);
}

function searchAround(level: Level, target: i32): void {
  const width = level.width;
  const height = level.height;
  for (let reach = f64(max(width, height)); reach >= 1; reach /= 2) {
    const centre = sourceOf(level, target); // every target has a match by now
    const x = i32(nearest(f64(columnOf(level, centre)) + (2 * random() - 1) * reach));
    const y = i32(nearest(f64(rowOf(level, centre)) + (2 * random() - 1) * reach));
    if (x >= 0 && y >= 0 && x < width && y < height) tryMatch(level, target, x, y);
  }
}

function turnAround(level: Level, target: i32, turns: i32): void {
  const share = random();
  const reach = f64(max(level.width, level.height)) * share * share;
  const turn = 1 + i32(random() * f64(turns - 1));
  const centre = sourceOf(level, target);
  const x = nearest(f64(columnOf(level, centre)) + (2 * random() - 1) * reach);
  const y = nearest(f64(rowOf(level, centre)) + (2 * random() - 1) * reach);
  tryTurned(level, target, turn, x, y);
}

/** (x, y) lies in the picture: a source's neighbours do. */
function tryMatch(level: Level, target: i32, x: i32, y: i32): void {
  const source = y * level.width + x;
  if (load<u8>(level.isSource + source) !== 1) return;
  if (sourceOf(level, target) === source && turnOf(level, target) === 0) return;
  const before = costOf(level, target);
  const found = costFrom(level, x, y, before);
  if (found >= before) return;
  store<i32>(level.field + (target << 2), source);
  store<u8>(level.turn + target, 0);
  setCost(level, target, found);
}

function tryTurned(level: Level, target: i32, turn: i32, x: f64, y: f64): void {
  const source = roomAt(level, x, y);
  if (source < 0) return;
  const before = costOf(level, target);
  const found = turnedCost(level, target, turn, x, y, source, before);
  if (found >= before) return;
  store<i32>(level.field + (target << 2), source);
  store<u8>(level.turn + target, u8(turn));
  store<f32>(level.place + (target << 3), f32(x));
  store<f32>(level.place + (target << 3), f32(y), 4);
  setCost(level, target, found);
}
