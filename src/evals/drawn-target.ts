import { threshold } from "../engine/geometry/coverage.ts";
import { warpMask } from "../engine/geometry/warp.ts";
import type { Mask } from "../engine/raster.ts";
import type { ResolvedOperation } from "../engine/recipe/resolve.ts";

/** Where the region as it was drawn should be now, 0 or 255. The engine's own target is a few pixels wider: a rim of
 * surroundings, which it may carry along or leave. */
export function drawnTarget({ region, affine }: Pick<ResolvedOperation, "region" | "affine">): Mask {
  return threshold(warpMask(region, affine, region));
}
