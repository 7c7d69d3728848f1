/** Colours from a field of matches: every patch over a pixel votes for its own copy. */
import { columnOf, costOf, Level, leftOf, pixelAt, RADIUS, rightOf, rowOf, sourceOf, targetAt, turnOf } from "./level";
import { acrossOf, between, downOf, placeX, placeY } from "./turned";
import { usualCost } from "./usual";

/** Rewrites the hole's pixels by the weighted mean of all patches over them; good matches and trusted places count more. */
export function vote(level: Level): void {
  const count = level.width * level.height;
  const variance = usualCost(level);
  memory.fill(level.scratch, 0, count << 4);
  for (let k = 0; k < level.targetCount; k++) ballot(level, targetAt(level, k), variance);
  for (let i = 0; i < count; i++) if (load<u8>(level.hole + i) === 1) elect(level, i);
}

function ballot(level: Level, target: i32, variance: f64): void {
  const weight = f64(load<f32>(level.weight + (target << 2)));
  const trust = f32x4.splat(f32(weight * Math.exp(-costOf(level, target) / (2 * variance)) + 1e-9));
  const turn = turnOf(level, target);
  if (turn === 0) voteUpright(level, target, trust);
  else voteTurned(level, target, turn, trust);
}

/** All of the patch's pixels get those around its source, their fourth channel (1) counting the votes; those off the hole are never
 * asked for. */
function voteUpright(level: Level, target: i32, trust: v128): void {
  const width = level.width;
  const x = columnOf(level, target);
  const y = rowOf(level, target);
  const left = leftOf(x);
  const across = rightOf(x, width) - left;
  const top = leftOf(y);
  const rows = rightOf(y, level.height) - top;
  const first = top * width + left;
  let sum = level.scratch + ((target + first) << 4);
  let from = pixelAt(level, max(0, sourceOf(level, target)) + first);
  for (let k = 0; k <= rows; k++) {
    if (across === 2 * RADIUS) addWholeRow(sum, from, trust);
    else for (let i = 0; i <= across; i++) add(sum + (i << 4), v128.load(from + (i << 4)), trust);
    sum += width << 4;
    from += width << 4;
  }
}

function addWholeRow(sum: usize, from: usize, trust: v128): void {
  add(sum, v128.load(from), trust);
  add(sum + 16, v128.load(from, 16), trust);
  add(sum + 32, v128.load(from, 32), trust);
  add(sum + 48, v128.load(from, 48), trust);
  add(sum + 64, v128.load(from, 64), trust);
  add(sum + 80, v128.load(from, 80), trust);
  add(sum + 96, v128.load(from, 96), trust);
}

function voteTurned(level: Level, target: i32, turn: i32, trust: v128): void {
  const width = level.width;
  const x = columnOf(level, target);
  const y = rowOf(level, target);
  const left = leftOf(x);
  const right = rightOf(x, width);
  const bottom = rightOf(y, level.height);
  for (let dy = leftOf(y); dy <= bottom; dy++) {
    for (let dx = left; dx <= right; dx++) {
      const u = placeX(level, target) + acrossOf(level.turns, turn, dx, dy);
      const v = placeY(level, target) + downOf(level.turns, turn, dx, dy);
      add(level.scratch + ((target + dy * width + dx) << 4), between(level, u, v), trust);
    }
  }
}

function add(sum: usize, colour: v128, trust: v128): void {
  v128.store(sum, f32x4.add(v128.load(sum), f32x4.mul(trust, colour)));
}

/** The mean of a pixel's votes; it stays where there are none. */
function elect(level: Level, i: i32): void {
  const sums = v128.load(level.scratch + (i << 4));
  const votes = f32x4.extract_lane(sums, 3);
  if (votes !== 0) v128.store(pixelAt(level, i), f32x4.div(sums, f32x4.splat(votes)));
}
