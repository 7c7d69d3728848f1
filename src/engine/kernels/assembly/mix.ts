/** Samples between four pixels, written as planes: moved features, the hot loop of a drag iteration outside the networks. */

/** A sample: where its four pixels begin in a block of channels, in bytes; how far it lies from the left ones and from the upper
 * ones, 0–1; where it goes in a plane, in bytes. */
const SAMPLE: i32 = 28;
const UPPER_RIGHT: i32 = 4;
const LOWER_LEFT: i32 = 8;
const LOWER_RIGHT: i32 = 12;
const ACROSS: i32 = 16;
const DOWN: i32 = 20;
const TO: i32 = 24;
/** Bytes of a block's pixel: 16 channels, one line of the cache. */
const PIXEL: i32 = 64;
/** Samples that are turned into planes together, and the bytes from the first one's place to the last one's. */
const GROUP: i32 = 4;
const APART: i32 = 12;

/** `blocks` of 16 channels, `block` bytes each, every one holding its channels of all pixels; `plane`: bytes of a plane, of which `out`
 * has 16 for each block. Samples are in the order of their places. */
export function mixSamples(
  features: usize,
  block: i32,
  blocks: i32,
  samples: usize,
  count: i32,
  out: usize,
  plane: i32,
): void {
  const end = samples + count * SAMPLE;
  for (let i = 0; i < blocks; i++, features += block, out += 16 * plane) {
    let at = samples;
    while (at < end) {
      if (at + GROUP * SAMPLE <= end && load<i32>(at + 3 * SAMPLE, TO) - load<i32>(at, TO) === APART) {
        mixFour(features, at, out, plane);
        at += GROUP * SAMPLE;
      } else {
        mixOne(features, at, out, plane);
        at += SAMPLE;
      }
    }
  }
}

/** Samples that lie side by side: every channel's are stored at once. */
function mixFour(features: usize, at: usize, out: usize, plane: i32): void {
  let o = out + load<i32>(at, TO);
  for (let i = 0; i < PIXEL; i += 16, o += 4 * plane) {
    const a = mixed(features + i, at);
    const b = mixed(features + i, at + SAMPLE);
    const c = mixed(features + i, at + 2 * SAMPLE);
    const d = mixed(features + i, at + 3 * SAMPLE);
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(o, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
    v128.store(o + plane, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
    v128.store(o + 2 * plane, v128.shuffle<f32>(AB, CD, 0, 1, 4, 5));
    v128.store(o + 3 * plane, v128.shuffle<f32>(AB, CD, 2, 3, 6, 7));
  }
}

function mixOne(features: usize, at: usize, out: usize, plane: i32): void {
  let o = out + load<i32>(at, TO);
  for (let i = 0; i < PIXEL; i += 16, o += 4 * plane) {
    const four = mixed(features + i, at);
    v128.store_lane<f32>(o, four, 0);
    v128.store_lane<f32>(o + plane, four, 1);
    v128.store_lane<f32>(o + 2 * plane, four, 2);
    v128.store_lane<f32>(o + 3 * plane, four, 3);
  }
}

/** Four channels of one sample. */
function mixed(features: usize, at: usize): v128 {
  const u = v128.load_splat<f32>(at, ACROSS);
  const v = v128.load_splat<f32>(at, DOWN);
  const left = f32x4.sub(f32x4.splat(1), u);
  const upper = f32x4.sub(f32x4.splat(1), v);
  const a = v128.load(features + load<i32>(at));
  const b = v128.load(features + load<i32>(at, UPPER_RIGHT));
  const c = v128.load(features + load<i32>(at, LOWER_LEFT));
  const d = v128.load(features + load<i32>(at, LOWER_RIGHT));
  const above = f32x4.add(f32x4.mul(left, a), f32x4.mul(u, b));
  const below = f32x4.add(f32x4.mul(left, c), f32x4.mul(u, d));
  return f32x4.add(f32x4.mul(upper, above), f32x4.mul(v, below));
}
