/** How far a motion moves a region, and how much room a bend by it needs. */
import type { Affine, Mask } from "../raster.ts";
import { apply } from "./affine.ts";
import { areaPixels } from "./coverage.ts";
import { maskHull } from "./hull.ts";

/** Largest displacement of any place of the region, pixels: at a corner of its hull, as it is convex in an affine map. */
export function reachOf(region: Mask, affine: Affine): number {
  const displacements = maskHull(region).map(([x, y]) => {
    const [u, v] = apply(affine, [x, y]);
    return Math.hypot(u - x, v - y);
  });
  return Math.max(0, ...displacements);
}

/**
 * Width of the zone around a bent region in which its surroundings follow, pixels: half as far again as it moves (behind it
 * nothing is then drawn out to more than about twice its length), for small motions a share of its size, so that it does
 * not look hinged.
 */
export function bendRoom(region: Mask, affine: Affine): number {
  return Math.max(1.5 * reachOf(region, affine), 0.3 * Math.sqrt(areaPixels(region)));
}
