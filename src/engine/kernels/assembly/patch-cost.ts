/** How much an upright patch differs from another: the hot loop of a fill. Sums are kept in 32 bits by channel. */
import { channelSum, columnOf, Level, leftOf, pixelAt, RADIUS, rightOf, rowOf, totalOf } from "./level";

// What `aim` found out about the target that sources are compared with.

let column: i32 = 0;
let row: i32 = 0;
let total: f64 = 0;
/** From a patch's centre to its first pixel inside the picture, as a difference of indices. */
let first: i32 = 0;
/** Where the target's pixels and their weights begin. */
let pixels: usize = 0;
let weights: usize = 0;
/** Less one. */
let across: i32 = 0;
let down: i32 = 0;

/** Makes `target` the one that `costFrom` compares with; needs `total`. */
export function aim(level: Level, target: i32): void {
  const width = level.width;
  column = columnOf(level, target);
  row = rowOf(level, target);
  const left = leftOf(column);
  const top = leftOf(row);
  total = totalOf(level, target);
  first = top * width + left;
  pixels = pixelAt(level, target + first);
  weights = level.weight + ((target + first) << 2);
  across = rightOf(column, width) - left;
  down = rightOf(row, level.height) - top;
}

/**
 * What a match by the source at (x, y) costs by its place alone (higher or lower more than to the side) plus the weighted mean
 * squared difference of the patches around it and the target, per pixel of three channels; stops early and returns Infinity once
 * it is above `bound`. Target pixels beyond the picture do not count.
 */
export function costFrom(level: Level, x: i32, y: i32, bound: f64): f64 {
  const limit = bound * total;
  const away = total * (load<f64>(level.rise + (abs(y - row) << 3)) + load<f64>(level.side + (abs(x - column) << 3)));
  if (away > limit) return Infinity;
  const stride = level.width << 4;
  let s = pixelAt(level, y * level.width + x + first);
  let t = pixels;
  let w = weights;
  let squares = f32x4.splat(0);
  let cost = away;
  for (let rows = down; rows >= 0; rows--) {
    squares = f32x4.add(squares, across === 2 * RADIUS ? wholeRow(t, s, w) : cutRow(t, s, w, across));
    cost = away + f64(channelSum(squares));
    if (cost > limit) return Infinity;
    t += stride;
    s += stride;
    w += stride >>> 2;
  }
  return cost / total;
}

/** `costFrom` of two pixels. */
export function patchCost(level: Level, target: i32, source: i32, bound: f64): f64 {
  aim(level, target);
  return costFrom(level, columnOf(level, source), rowOf(level, source), bound);
}

/** Weighted squares of a row of 2 · RADIUS + 1 pixels, by channel. */
function wholeRow(t: usize, s: usize, w: usize): v128 {
  const a = f32x4.sub(v128.load(t), v128.load(s));
  const b = f32x4.sub(v128.load(t, 16), v128.load(s, 16));
  const c = f32x4.sub(v128.load(t, 32), v128.load(s, 32));
  const d = f32x4.sub(v128.load(t, 48), v128.load(s, 48));
  const e = f32x4.sub(v128.load(t, 64), v128.load(s, 64));
  const f = f32x4.sub(v128.load(t, 80), v128.load(s, 80));
  const g = f32x4.sub(v128.load(t, 96), v128.load(s, 96));
  const ab = f32x4.add(
    f32x4.mul(v128.load_splat<f32>(w), f32x4.mul(a, a)),
    f32x4.mul(v128.load_splat<f32>(w, 4), f32x4.mul(b, b)),
  );
  const cd = f32x4.add(
    f32x4.mul(v128.load_splat<f32>(w, 8), f32x4.mul(c, c)),
    f32x4.mul(v128.load_splat<f32>(w, 12), f32x4.mul(d, d)),
  );
  const ef = f32x4.add(
    f32x4.mul(v128.load_splat<f32>(w, 16), f32x4.mul(e, e)),
    f32x4.mul(v128.load_splat<f32>(w, 20), f32x4.mul(f, f)),
  );
  const last = f32x4.mul(v128.load_splat<f32>(w, 24), f32x4.mul(g, g));
  return f32x4.add(f32x4.add(ab, cd), f32x4.add(ef, last));
}

/** As `wholeRow`, of `steps` + 1 pixels. */
function cutRow(t: usize, s: usize, w: usize, steps: i32): v128 {
  let sum = f32x4.splat(0);
  for (let k = 0; k <= steps; k++) {
    const difference = f32x4.sub(v128.load(t + (k << 4)), v128.load(s + (k << 4)));
    sum = f32x4.add(sum, f32x4.mul(v128.load_splat<f32>(w + (k << 2)), f32x4.mul(difference, difference)));
  }
  return sum;
}
