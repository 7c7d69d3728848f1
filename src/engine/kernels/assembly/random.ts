/** The generator of `randomFrom` in `../../retouch/grain.ts` (mulberry32), whose state a pass takes over and hands back. */

let state: i32 = 0;

export function resume(from: i32): void {
  state = from;
}

export function stateNow(): i32 {
  return state;
}

/** 0–1. */
export function random(): f64 {
  state += 0x6d2b79f5;
  let t = (state ^ (state >>> 15)) * (1 | state);
  t = (t + (t ^ (t >>> 7)) * (61 | t)) ^ t;
  return f64(u32(t ^ (t >>> 14))) / 4294967296;
}
