/** Successive over-relaxation on a grid of pixels. */

/** An unknown: where its pixel and those to its left, right, above and below lie, then four floats. */
export const UNKNOWN: i32 = 48;
const LEFT: i32 = 4;
const RIGHT: i32 = 8;
const ABOVE: i32 = 12;
const BELOW: i32 = 16;
const WANTED: i32 = 32;

/** Notes an unknown at `at`, and what is wanted of the sum of its neighbours. */
export function note(
  at: usize,
  pixel: usize,
  left: usize,
  right: usize,
  above: usize,
  below: usize,
  wanted: v128,
): void {
  store<usize>(at, pixel);
  store<usize>(at, left, LEFT);
  store<usize>(at, right, RIGHT);
  store<usize>(at, above, ABOVE);
  store<usize>(at, below, BELOW);
  v128.store(at, wanted, WANTED);
}

/** Sweeps over the unknowns from `begin` to `end`: each goes `over` times the way to (wanted + its neighbours) / `divisor`. */
export function relax(begin: usize, end: usize, sweeps: i32, divisor: f32, over: f32): void {
  const stays = f32x4.splat(1 - over);
  const share = f32x4.splat(over / divisor);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (let at = begin; at < end; at += UNKNOWN) {
      const pixel = load<usize>(at);
      const column = f32x4.add(v128.load(load<usize>(at, ABOVE)), v128.load(load<usize>(at, BELOW)));
      const rest = f32x4.add(f32x4.add(v128.load(at, WANTED), column), v128.load(load<usize>(at, RIGHT)));
      const most = f32x4.add(f32x4.mul(stays, v128.load(pixel)), f32x4.mul(share, rest));
      // The left one comes last, for it has only just been written.
      v128.store(pixel, f32x4.add(most, f32x4.mul(share, v128.load(load<usize>(at, LEFT)))));
    }
  }
}
