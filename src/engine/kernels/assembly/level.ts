/** A level of the pyramid as the kernels see it: the record that `recorded` in `../../retouch/patch-level.ts` writes. Its arrays
 * are those of `Level` there, which says what they hold. */

/** Patches are (2 · RADIUS + 1)² pixels. */
export const RADIUS: i32 = 3;

/** Fields in the order of `recorded`; a `usize` is where an array begins. */
@unmanaged
export class Level {
  width: i32;
  height: i32;
  targetCount: i32;
  targets: usize;
  columns: usize;
  rows: usize;
  rise: usize;
  side: usize;
  pixels: usize;
  hole: usize;
  weight: usize;
  total: usize;
  isSource: usize;
  isRoomy: usize;
  field: usize;
  turn: usize;
  place: usize;
  cost: usize;
  turns: usize;
  scratch: usize;
}

// Below, no index leaves its array: targets and sources are pixels of the level.

export function columnOf(level: Level, i: i32): i32 {
  return load<i32>(level.columns + (i << 2));
}

export function rowOf(level: Level, i: i32): i32 {
  return load<i32>(level.rows + (i << 2));
}

export function targetAt(level: Level, k: i32): i32 {
  return load<i32>(level.targets + (k << 2));
}

export function sourceOf(level: Level, target: i32): i32 {
  return load<i32>(level.field + (target << 2));
}

export function turnOf(level: Level, target: i32): i32 {
  return load<u8>(level.turn + target);
}

export function costOf(level: Level, target: i32): f64 {
  return f64(load<f32>(level.cost + (target << 2)));
}

export function setCost(level: Level, target: i32, cost: f64): void {
  store<f32>(level.cost + (target << 2), f32(cost));
}

/** Where pixel `i` lies in memory: four floats, red, green, blue and 1. */
export function pixelAt(level: Level, i: i32): usize {
  return level.pixels + (i << 4);
}

/** The weights of a target's patch add up to this; never 0. */
export function totalOf(level: Level, target: i32): f64 {
  return f64(load<f32>(level.total + (target << 2))) + 1e-6;
}

/** What a match costs by its place alone: higher or lower more than to the side. */
export function displacementCost(level: Level, target: i32, source: i32): f64 {
  const across = abs(columnOf(level, source) - columnOf(level, target));
  const down = abs(rowOf(level, source) - rowOf(level, target));
  return load<f64>(level.rise + (down << 3)) + load<f64>(level.side + (across << 3));
}

// How far the patch around a pixel extends before the picture ends.

export function leftOf(x: i32): i32 {
  return max(-RADIUS, -x);
}

export function rightOf(x: i32, width: i32): i32 {
  return min(RADIUS, width - 1 - x);
}

/** Of red, green and blue. */
export function channelSum(sums: v128): f32 {
  return f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1) + f32x4.extract_lane(sums, 2);
}
