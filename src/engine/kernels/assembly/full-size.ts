/** A picture's hole copied at full size, by the field of a smaller level. */
import { columnOf, costOf, Level, rowOf, sourceOf, targetAt, turnOf } from "./level";
import { acrossOf, downOf, nearest, placeX, placeY } from "./turned";
import { usualCost } from "./usual";

/** Of a level's pixel: how far its match lies away on the picture, right and down; how much it counts, 0 where there is none; how
 * it is turned, and if it is, its centre on the level. */
const COPY: i32 = 24;
const DOWN: i32 = 4;
const WEIGHT: i32 = 8;
const TURN: i32 = 12;
const PLACE_X: i32 = 16;
const PLACE_Y: i32 = 20;

/** Fields in the order of `voteAtFullSize` in `../../retouch/patch-vote.ts`. */
@unmanaged
export class Canvas {
  width: i32;
  height: i32;
  /** Bytes, three a pixel, and one more. */
  picture: usize;
  /** The part that is copied. */
  x0: i32;
  y0: i32;
  x1: i32;
  y1: i32;
  /** The level's size, what `copiesOf` found of it, and its turns. */
  across: i32;
  down: i32;
  copies: usize;
  turns: usize;
  /** Of the part: bytes, three a pixel, and 255 where a copy was made. */
  colours: usize;
  covered: usize;
}

/** Writes to the level's scratch memory a `COPY` for each of its pixels. */
export function copiesOf(level: Level, width: i32, height: i32): void {
  const variance = 0.25 * usualCost(level); // sharper than in the search: a mean of different copies is a blur
  memory.fill(level.scratch, 0, level.width * level.height * COPY);
  for (let k = 0; k < level.targetCount; k++) {
    const target = targetAt(level, k);
    const source = sourceOf(level, target);
    if (source >= 0) noteCopy(level, target, source, width, height, variance);
  }
}

function noteCopy(level: Level, target: i32, source: i32, width: i32, height: i32, variance: f64): void {
  const copy = level.scratch + target * COPY;
  const right = f64((columnOf(level, source) - columnOf(level, target)) * width) / f64(level.width);
  const down = f64((rowOf(level, source) - rowOf(level, target)) * height) / f64(level.height);
  store<i32>(copy, i32(nearest(right)));
  store<i32>(copy, i32(nearest(down)), DOWN);
  store<f32>(copy, f32(Math.exp(-costOf(level, target) / (2 * variance)) + 1e-9), WEIGHT);
  store<i32>(copy, turnOf(level, target), TURN);
  store<f32>(copy, f32(placeX(level, target)), PLACE_X);
  store<f32>(copy, f32(placeY(level, target)), PLACE_Y);
}

/** Fills `colours` and `covered`; a pixel without a match keeps the picture's colour. */
export function voteAtFullSize(canvas: Canvas): void {
  let at = 0;
  for (let y = canvas.y0; y < canvas.y1; y++) {
    for (let x = canvas.x0; x < canvas.x1; x++, at++) elect(canvas, x, y, at);
  }
}

function elect(canvas: Canvas, x: i32, y: i32, at: i32): void {
  const u = ((f64(x) + 0.5) * f64(canvas.across)) / f64(canvas.width);
  const v = ((f64(y) + 0.5) * f64(canvas.down)) / f64(canvas.height);
  const sums = weightAt(canvas, u, v) === 0 ? f32x4.splat(0) : votesAt(canvas, x, y, u, v);
  const votes = f32x4.extract_lane(sums, 3);
  const colour = votes === 0 ? colourAt(canvas, y * canvas.width + x) : f32x4.div(sums, f32x4.splat(votes));
  const rounded = f32x4.add(colour, f32x4.splat(0.5));
  const to = canvas.colours + at * 3;
  store<u8>(to, u8(f32x4.extract_lane(rounded, 0)));
  store<u8>(to, u8(f32x4.extract_lane(rounded, 1)), 1);
  store<u8>(to, u8(f32x4.extract_lane(rounded, 2)), 2);
  if (votes !== 0) store<u8>(canvas.covered + at, 255);
}

function copyAt(canvas: Canvas, u: f64, v: f64): usize {
  return canvas.copies + (i32(v) * canvas.across + i32(u)) * COPY;
}

function weightAt(canvas: Canvas, u: f64, v: f64): f32 {
  return load<f32>(copyAt(canvas, u, v), WEIGHT);
}

/** The patches that are asked: the pixel's own and four that overlap it, so far away on the level. */
function votesAt(canvas: Canvas, x: i32, y: i32, u: f64, v: f64): v128 {
  const one = f32x4.add(vote(canvas, x, y, u, v, -1.5, -1.5), vote(canvas, x, y, u, v, 1.5, -1.5));
  const other = f32x4.add(vote(canvas, x, y, u, v, -1.5, 1.5), vote(canvas, x, y, u, v, 1.5, 1.5));
  return f32x4.add(vote(canvas, x, y, u, v, 0, 0), f32x4.add(one, other));
}

/** What the patch (dx, dy) away from (u, v) says of the pixel, weighted, and its weight. */
function vote(canvas: Canvas, x: i32, y: i32, u: f64, v: f64, dx: f64, dy: f64): v128 {
  const column = floor(u + dx);
  const row = floor(v + dy);
  const nothing = f32x4.splat(0);
  if (column < 0 || row < 0 || column >= f64(canvas.across) || row >= f64(canvas.down)) return nothing;
  const copy = copyAt(canvas, column, row);
  const weight = load<f32>(copy, WEIGHT);
  if (weight === 0) return nothing;
  if (load<i32>(copy, TURN) !== 0) return turnedVote(canvas, copy, u - 0.5 - column, v - 0.5 - row);
  const right = x + load<i32>(copy);
  const down = y + load<i32>(copy, DOWN);
  if (right < 0 || down < 0 || right >= canvas.width || down >= canvas.height) return nothing;
  return f32x4.mul(f32x4.splat(weight), colourAt(canvas, down * canvas.width + right));
}

/** (dx, dy) from the patch's centre. */
function turnedVote(canvas: Canvas, copy: usize, dx: f64, dy: f64): v128 {
  const turn = load<i32>(copy, TURN);
  const x = f64(load<f32>(copy, PLACE_X)) + acrossOf(canvas.turns, turn, dx, dy);
  const y = f64(load<f32>(copy, PLACE_Y)) + downOf(canvas.turns, turn, dx, dy);
  const u = ((x + 0.5) * f64(canvas.width)) / f64(canvas.across) - 0.5;
  const v = ((y + 0.5) * f64(canvas.height)) / f64(canvas.down) - 0.5;
  if (u < 0 || v < 0 || u >= f64(canvas.width - 1) || v >= f64(canvas.height - 1)) return f32x4.splat(0);
  const right = f32(u - floor(u));
  const low = f32(v - floor(v));
  const i = i32(v) * canvas.width + i32(u);
  const upper = mix(colourAt(canvas, i), colourAt(canvas, i + 1), right);
  const lower = mix(colourAt(canvas, i + canvas.width), colourAt(canvas, i + canvas.width + 1), right);
  return f32x4.mul(f32x4.splat(load<f32>(copy, WEIGHT)), mix(upper, lower, low));
}

function mix(a: v128, b: v128, share: f32): v128 {
  return f32x4.add(a, f32x4.mul(f32x4.splat(share), f32x4.sub(b, a)));
}

/** Red, green, blue and 1. */
function colourAt(canvas: Canvas, i: i32): v128 {
  const four = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(canvas.picture + i * 3)));
  return f32x4.replace_lane(f32x4.convert_i32x4_u(four), 3, 1);
}
