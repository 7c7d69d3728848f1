/** How far a region's content lies from where it should be: every patch of the source is searched for in the result. */

import { apply } from "../../src/engine/geometry/affine.ts";
import type { Affine, Mask, Rgb } from "../../src/engine/raster.ts";

export interface PatchDistance {
  /** Mean distance in pixels between where a patch is found and where it should be. */
  readonly pixels: number;
  /** Root mean square difference (0–255) between each source patch and what lies at its target. */
  readonly difference: number;
}

const RADIUS = 4;
const STRIDE = 4;
/** Beyond the way to the target, how far the search goes. */
const SLACK = 8;

/** Patches of 9 × 9 on a grid of 4 pixels inside `region`; `motion` is a translation. */
export function patchDistance(before: Rgb, after: Rgb, region: Mask, motion: Affine): PatchDistance {
  const [, , dx, , , dy] = motion;
  const reach = Math.ceil(Math.hypot(dx, dy)) + SLACK;
  let [pixels, squares, count] = [0, 0, 0];
  for (const [x, y] of patchCentres(region)) {
    const [gx, gy] = apply(motion, [x, y]).map(Math.round) as [number, number]; // a point has two coordinates
    if (!fits(after, gx, gy)) continue;
    const found = nearest(before, after, [x, y], [gx, gy], reach);
    pixels += Math.hypot(found[0] - gx, found[1] - gy);
    squares += cost(before, after, [x, y], [gx, gy], Number.POSITIVE_INFINITY);
    count++;
  }
  const samples = 3 * (2 * RADIUS + 1) ** 2;
  return { pixels: pixels / count, difference: Math.sqrt(squares / count / samples) };
}

type Pixel = readonly [x: number, y: number];

function* patchCentres(region: Mask): Generator<Pixel> {
  for (let y = RADIUS; y < region.height - RADIUS; y += STRIDE) {
    for (let x = RADIUS; x < region.width - RADIUS; x += STRIDE) {
      if ((region.data[y * region.width + x] ?? 0) > 127) yield [x, y];
    }
  }
}

function fits({ width, height }: Rgb, x: number, y: number): boolean {
  return x >= RADIUS && y >= RADIUS && x < width - RADIUS && y < height - RADIUS;
}

/** Of equally good places the one nearest to the goal, because the search spirals outwards in squares. */
function nearest(before: Rgb, after: Rgb, from: Pixel, [gx, gy]: Pixel, reach: number): Pixel {
  let [best, place]: [number, Pixel] = [Number.POSITIVE_INFINITY, [gx, gy]];
  for (let ring = 0; ring <= reach; ring++) {
    for (const [ox, oy] of square(ring)) {
      const at: Pixel = [gx + ox, gy + oy];
      if (!fits(after, ...at)) continue;
      const value = cost(before, after, from, at, best);
      if (value < best) [best, place] = [value, at];
    }
  }
  return place;
}

function* square(ring: number): Generator<Pixel> {
  for (let i = -ring; i <= ring; i++) {
    yield [i, -ring];
    if (ring > 0) yield [i, ring];
  }
  for (let i = 1 - ring; i < ring; i++) {
    yield [-ring, i];
    yield [ring, i];
  }
}

/** Sum of squared differences, given up when it exceeds `limit`. */
function cost(before: Rgb, after: Rgb, [x, y]: Pixel, [u, v]: Pixel, limit: number): number {
  let sum = 0;
  for (let dy = -RADIUS; dy <= RADIUS && sum < limit; dy++) {
    const a = 3 * ((y + dy) * before.width + x - RADIUS);
    const b = 3 * ((v + dy) * after.width + u - RADIUS);
    for (let i = 0; i < 3 * (2 * RADIUS + 1); i++) {
      const d = (before.data[a + i] ?? 0) - (after.data[b + i] ?? 0);
      sum += d * d;
    }
  }
  return sum;
}
