/** The first state of a level: its pixels and what about them never changes. */
import { Level, RADIUS } from "./level";

/** What a patch needs around its centre to be turned by any angle and read between pixels: ⌈RADIUS · √2⌉ + 2. */
const ROOM: i32 = 7;

/**
 * Fills a level's arrays, all 0 so far, from `picture` (bytes, three a pixel) and `mask`, whose values count as hole from 1 on;
 * two bytes a pixel from `free` on are overwritten. Returns how many targets there are.
 */
export function begin(level: Level, picture: usize, mask: usize, free: usize): i32 {
  const width = level.width;
  for (let y = 0, i = 0; y < level.height; y++)
    for (let x = 0; x < width; x++, i++) paint(level, picture, mask, x, y, i);
  const count = width * level.height;
  const touched = free + count;
  touch(level, RADIUS, free, touched);
  clear(level, RADIUS, touched, level.isSource);
  let targets = 0;
  for (let i = 0; i < count; i++) {
    if (load<u8>(touched + i) === 1) store<i32>(level.targets + (targets++ << 2), i);
  }
  touch(level, ROOM, free, touched);
  clear(level, ROOM, touched, level.isRoomy);
  level.targetCount = targets;
  return targets;
}

function paint(level: Level, picture: usize, mask: usize, x: i32, y: i32, i: i32): void {
  store<i32>(level.columns + (i << 2), x);
  store<i32>(level.rows + (i << 2), y);
  const from = picture + i * 3;
  const to = level.pixels + (i << 4);
  store<f32>(to, f32(load<u8>(from)));
  store<f32>(to, f32(load<u8>(from, 1)), 4);
  store<f32>(to, f32(load<u8>(from, 2)), 8);
  store<f32>(to, 1, 12);
  if (load<u8>(mask + i) === 0) store<f32>(level.weight + (i << 2), 1);
  else store<u8>(level.hole + i, 1);
}

/** Flags in `touched` the pixels around which a square of 2 · radius + 1 holds a hole pixel: in `across` along rows first. */
function touch(level: Level, radius: i32, across: usize, touched: usize): void {
  const width = level.width;
  const count = width * level.height;
  memory.fill(across, 0, count);
  memory.fill(touched, 0, count);
  for (let y = 0, i = 0; y < level.height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (load<u8>(level.hole + i) === 0) continue;
      const left = min(radius, x);
      memory.fill(across + i - left, 1, left + min(radius, width - 1 - x) + 1);
    }
  }
  // A step down is the same number of pixels everywhere, so that whole pictures are laid on each other, shifted.
  for (let dy = -radius; dy <= radius; dy++) {
    const shift = dy * width;
    for (let i = max(0, -shift); i < min(count, count - shift); i++) {
      store<u8>(touched + i, load<u8>(touched + i) | load<u8>(across + i + shift));
    }
  }
}

/** Flags the pixels whose square lies inside the picture and is not `touched`. */
function clear(level: Level, radius: i32, touched: usize, flags: usize): void {
  const width = level.width;
  for (let y = radius; y < level.height - radius; y++) {
    for (let i = y * width + radius; i < (y + 1) * width - radius; i++) store<u8>(flags + i, 1 - load<u8>(touched + i));
  }
}
