/** Copies that are turned or mirrored, sampled between pixels (see `../../retouch/patch-turn.ts`). */

import { channelSum, columnOf, displacementCost, Level, leftOf, pixelAt, rightOf, rowOf, totalOf } from "./level";

/** A turned copy replaces one that is upright only when it is better by this factor and these squared levels. */
const CLEARLY: f64 = 1.3;
const BETTER_BY: f64 = 30;

/** Where a step (dx, dy) at the target leads at the source; `turn` is never 0. */
export function acrossOf(turns: usize, turn: i32, dx: f64, dy: f64): f64 {
  const at = turns + (turn << 5);
  return load<f64>(at) * dx + load<f64>(at, 8) * dy;
}

export function downOf(turns: usize, turn: i32, dx: f64, dy: f64): f64 {
  const at = turns + (turn << 5);
  return load<f64>(at, 16) * dx + load<f64>(at, 24) * dy;
}

/** Centre of the target's turned match. */
export function placeX(level: Level, target: i32): f64 {
  return f64(load<f32>(level.place + (target << 3)));
}

export function placeY(level: Level, target: i32): f64 {
  return f64(load<f32>(level.place + (target << 3), 4));
}

/** The pixel nearest to (x, y) where that has room around it for any turn, else −1. */
export function roomAt(level: Level, x: f64, y: f64): i32 {
  const u = i32(nearest(x));
  const v = i32(nearest(y));
  if (u < 0 || v < 0 || u >= level.width || v >= level.height) return -1;
  const i = v * level.width + u;
  return load<u8>(level.isRoomy + i) === 1 ? i : -1;
}

/** The whole number nearest to a value, halves upwards. */
export function nearest(value: f64): f64 {
  return floor(value + 0.5);
}

/**
 * As `patchCost`, of a copy turned by `turn` around (x, y) with its centre at `source`, raised so that upright copies are kept
 * unless this one is clearly better.
 */
export function turnedCost(level: Level, target: i32, turn: i32, x: f64, y: f64, source: i32, bound: f64): f64 {
  const total = totalOf(level, target);
  const fixed = BETTER_BY + displacementCost(level, target, source);
  const limit = ((bound - fixed) / CLEARLY) * total;
  const column = columnOf(level, target);
  const row = rowOf(level, target);
  const left = leftOf(column);
  const right = rightOf(column, level.width);
  const bottom = rightOf(row, level.height);
  let squares = f32x4.splat(0);
  let sum: f64 = 0;
  for (let dy = leftOf(row); dy <= bottom && sum <= limit; dy++) {
    for (let dx = left; dx <= right; dx++) {
      const t = target + dy * level.width + dx;
      const u = x + acrossOf(level.turns, turn, dx, dy);
      const v = y + downOf(level.turns, turn, dx, dy);
      const difference = f32x4.sub(v128.load(pixelAt(level, t)), between(level, u, v));
      const weight = v128.load_splat<f32>(level.weight + (t << 2));
      squares = f32x4.add(squares, f32x4.mul(weight, f32x4.mul(difference, difference)));
    }
    sum = f64(channelSum(squares));
  }
  return sum > limit ? Infinity : fixed + (CLEARLY * sum) / total;
}

/** The colour at (x, y), bilinear; the four pixels around it must lie in the picture. */
export function between(level: Level, x: f64, y: f64): v128 {
  const i = floor(x);
  const j = floor(y);
  const across = f32x4.splat(f32(x - i));
  const at = pixelAt(level, i32(j) * level.width + i32(i));
  const upper = mix(v128.load(at), v128.load(at, 16), across);
  const below = at + (level.width << 4);
  const lower = mix(v128.load(below), v128.load(below, 16), across);
  return mix(upper, lower, f32x4.splat(f32(y - j)));
}

function mix(a: v128, b: v128, share: v128): v128 {
  return f32x4.add(a, f32x4.mul(share, f32x4.sub(b, a)));
}
