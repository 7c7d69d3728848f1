/** Where the shadow or the mirror image of a region lies, so that it can be offered as a region of its own. */
import { maskHull } from "../geometry/hull.ts";
import { areaPixels, dilate, emptyMask } from "../geometry/mask.ts";
import type { Box, Mask, Point } from "../raster.ts";
import { boxMean } from "../retouch/box-mean.ts";
import { neighbours } from "../retouch/patch-level.ts";
import { extentOf, groundAround, isShaded, type Mirror, type Surroundings } from "./left-behind.ts";

/** A shadow reaches no further from its region than this share of the region's height. */
const LONGEST = 0.8;
/** Pixels of the view below which there is nothing to offer. */
const FEW = 20;

/** Dimmed ground that hangs together with the region's border, as a mask of the view. */
export function shadowArea({ lab: seen, region }: Surroundings): Mask {
  const ground = groundAround(seen, region);
  const found = emptyMask(region);
  if (ground === undefined) return found;
  const lab = boxMean(seen, region.width, region.height, 3, 1);
  const { box, height } = extentOf(region);
  const within = dilate(region, LONGEST * height);
  const rim = dilate(region, 4);
  const belongs = (i: number): boolean =>
    Math.floor(i / region.width) >= box[3] - 0.4 * height &&
    (within.data[i] ?? 0) > 127 &&
    (region.data[i] ?? 0) <= 127 &&
    isShaded([lab[3 * i] ?? 0, lab[3 * i + 1] ?? 0, lab[3 * i + 2] ?? 0], ground);
  flood(
    found,
    [...rim.data.keys()].filter((i) => (rim.data[i] ?? 0) > 127 && belongs(i)),
    belongs,
  );
  return found;
}

function flood({ data, width }: Mask, seeds: readonly number[], belongs: (i: number) => boolean): void {
  for (const i of seeds) data[i] = 255;
  const open = [...seeds];
  for (let i = open.pop(); i !== undefined; i = open.pop()) {
    for (const j of neighbours(i, width, data.length)) {
      if (data[j] !== 0 || !belongs(j)) continue;
      data[j] = 255;
      open.push(j);
    }
  }
}

/** The region upside down below the row in which it meets its image, as far as the view shows that. */
export function reflectionArea({ region }: Surroundings, { axis }: Mirror): Mask {
  const { width, height, data } = region;
  const tall = extentOf(region).height;
  const found = emptyMask(region);
  for (let k = 0; k < tall && axis + k < height; k++) {
    const from = (axis - 1 - k) * width;
    if (from >= 0) found.data.set(data.subarray(from, from + width), (axis + k) * width);
  }
  return found;
}

/** The area's hull in pixels of the picture, of which the view shows `box`; undefined where the area is next to nothing. */
export function outlineOf(area: Mask, [x0, y0, x1, y1]: Box): [number, number][] | undefined {
  const hull = maskHull(area);
  if (areaPixels(area) < FEW || hull.length < 3) return undefined;
  const [sx, sy] = [(x1 - x0) / area.width, (y1 - y0) / area.height];
  return hull.map(([x, y]: Point) => [tenth(x0 + x * sx), tenth(y0 + y * sy)]);
}

function tenth(value: number): number {
  return Math.round(10 * value) / 10;
}
