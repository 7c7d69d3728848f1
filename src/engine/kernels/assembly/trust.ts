/** How much each pixel counts when patches are compared. */
import { columnOf, Level, leftOf, rightOf, rowOf, targetAt } from "./level";

/** A pixel's trust falls by this factor per pixel of distance to what is known (Newson et al. 2014). */
const TRUST_FALLS: f64 = 1.3;
const LEAST: f64 = 0.05;

/** Brings `total` of one target up to date after weights have changed. */
export function sumWeights(level: Level, target: i32): void {
  const width = level.width;
  const x = columnOf(level, target);
  const y = rowOf(level, target);
  const left = leftOf(x);
  const right = rightOf(x, width);
  const bottom = rightOf(y, level.height);
  let sum: f64 = 0;
  for (let dy = leftOf(y); dy <= bottom; dy++) {
    const row = level.weight + ((target + dy * width) << 2);
    for (let dx = left; dx <= right; dx++) sum += f64(load<f32>(row + (dx << 2)));
  }
  store<f32>(level.total + (target << 2), f32(sum));
}

/** Sets the trust of every hole pixel by its distance (in 4-neighbour steps) to what is known, and all `total`s. */
export function trustByDistance(level: Level): void {
  const count = level.width * level.height;
  const seen = level.scratch;
  const queue = level.scratch + ((count + 3) & ~3);
  let tail = queue;
  for (let i = 0; i < count; i++) store<u8>(seen + i, 1 - load<u8>(level.hole + i));
  for (let i = 0; i < count; i++) if (load<u8>(level.hole + i) === 0) tail = claimAround(level, i, seen, tail);
  let trust = 1 / TRUST_FALLS;
  for (let head = queue; head < tail; trust = max(LEAST, trust / TRUST_FALLS)) {
    for (const end = tail; head < end; head += 4) {
      const i = load<i32>(head);
      store<f32>(level.weight + (i << 2), f32(trust));
      tail = claimAround(level, i, seen, tail);
    }
  }
  for (let k = 0; k < level.targetCount; k++) sumWeights(level, targetAt(level, k));
}

/** Appends those of a pixel's four neighbours that were not seen yet; returns the queue's new end. */
function claimAround(level: Level, i: i32, seen: usize, end: usize): usize {
  const width = level.width;
  const x = columnOf(level, i);
  let tail = end;
  if (x > 0) tail = claim(seen, i - 1, tail);
  if (x < width - 1) tail = claim(seen, i + 1, tail);
  if (i >= width) tail = claim(seen, i - width, tail);
  if (i + width < width * level.height) tail = claim(seen, i + width, tail);
  return tail;
}

function claim(seen: usize, i: i32, tail: usize): usize {
  if (load<u8>(seen + i) !== 0) return tail;
  store<u8>(seen + i, 1);
  store<i32>(tail, i);
  return tail + 4;
}
