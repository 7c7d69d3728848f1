/** Where a thing hangs, seen from where it is to go. */

import type { Mask, Point } from "../raster.ts";
import { forEachPixel } from "./coverage.ts";

/** Share of the depth that counts as the end. */
const END = 0.05;

/**
 * Mean of the region's pixels that are farthest from `seenFrom`: those within 5 % of its depth, in continuous pixels. For a
 * limb and a target beside its free end, that is the joint. @throws TypeError for an empty mask.
 */
export function farEnd(mask: Mask, seenFrom: Point): Point {
  let [nearest, farthest] = [Number.POSITIVE_INFINITY, -1];
  const away = (x: number, y: number) => Math.hypot(x + 0.5 - seenFrom[0], y + 0.5 - seenFrom[1]);
  forEachPixel(mask, (x, y) => {
    const distance = away(x, y);
    nearest = Math.min(nearest, distance);
    farthest = Math.max(farthest, distance);
  });
  if (farthest < 0) throw new TypeError("Expected a mask with at least one pixel, got an empty one");
  const end = farthest - END * (farthest - nearest);
  let [count, sumX, sumY] = [0, 0, 0];
  forEachPixel(mask, (x, y) => {
    if (away(x, y) < end) return;
    count++;
    sumX += x + 0.5;
    sumY += y + 0.5;
  });
  return [sumX / count, sumY / count];
}
