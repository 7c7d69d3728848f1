/** Samples between four pixels whose channels lie together, written as planes: moved features, the hot loop of a drag iteration
 * outside the networks. */

/** A sample: where its four pixels begin, in bytes from the features; how far it lies from the left ones and from the upper ones,
 * 0–1; where it goes in a plane, in bytes. */
const SAMPLE: i32 = 28;
const UPPER_RIGHT: i32 = 4;
const LOWER_LEFT: i32 = 8;
const LOWER_RIGHT: i32 = 12;
const ACROSS: i32 = 16;
const DOWN: i32 = 20;
const TO: i32 = 24;
/** Bytes of channels that share the reading of a sample. */
const TOGETHER: i32 = 64;

/** `stride`: bytes of a pixel, a multiple of 16; `plane`: bytes of a plane, of which `out` has stride / 4. */
export function mixSamples(features: usize, stride: i32, samples: usize, count: i32, out: usize, plane: i32): void {
  const end = samples + count * SAMPLE;
  for (let first = 0; first < stride; first += TOGETHER) {
    const last = min(first + TOGETHER, stride);
    const planes = out + (first >> 2) * plane;
    for (let at = samples; at < end; at += SAMPLE) mixOne(features, first, last, at, planes, plane);
  }
}

function mixOne(features: usize, first: i32, last: i32, at: usize, planes: usize, plane: i32): void {
  const u = v128.load_splat<f32>(at, ACROSS);
  const v = v128.load_splat<f32>(at, DOWN);
  const left = f32x4.sub(f32x4.splat(1), u);
  const upper = f32x4.sub(f32x4.splat(1), v);
  const a = features + load<i32>(at);
  const b = features + load<i32>(at, UPPER_RIGHT);
  const c = features + load<i32>(at, LOWER_LEFT);
  const d = features + load<i32>(at, LOWER_RIGHT);
  let o = planes + load<i32>(at, TO);
  for (let i = first; i < last; i += 16) {
    const above = f32x4.add(f32x4.mul(left, v128.load(a + i)), f32x4.mul(u, v128.load(b + i)));
    const below = f32x4.add(f32x4.mul(left, v128.load(c + i)), f32x4.mul(u, v128.load(d + i)));
    const mixed = f32x4.add(f32x4.mul(upper, above), f32x4.mul(v, below));
    v128.store_lane<f32>(o, mixed, 0);
    v128.store_lane<f32>(o + plane, mixed, 1);
    v128.store_lane<f32>(o + 2 * plane, mixed, 2);
    v128.store_lane<f32>(o + 3 * plane, mixed, 3);
    o += 4 * plane;
  }
}
