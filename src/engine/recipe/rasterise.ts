/** From a region as it is written in a recipe to its pixels. */
import { EditError } from "../../errors.ts";
import { boundingBox, type Size, threshold } from "../geometry/mask.ts";
import { boxMask, ellipseMask, polygonMask, strokeMask } from "../geometry/polygon.ts";
import type { Box, Mask, Point } from "../raster.ts";
import { valueText } from "./issues.ts";
import type { RegionSpec } from "./schema.ts";

export interface RegionIo {
  /** Reads a mask file or a PNG data URI; any non-zero value is region. */
  readMask(pathOrDataUri: string): Promise<Mask>;
  /** The mask of what is at a point of the picture or in a box of it, in the picture's size. */
  segment?(wanted: SegmentSpec): Promise<Mask>;
}

/** Regions that only the picture can tell. */
export type SegmentSpec = { readonly at: Point } | { readonly object: Box };

export function isSegmentSpec(spec: RegionSpec): spec is Extract<RegionSpec, { at: Point } | { object: Box }> {
  return "at" in spec || "object" in spec;
}

/**
 * The region as a binary mask (0 or 255) of the picture's size.
 * @throws EditError `mask-size-mismatch`, `region-empty`, `region-outside`, `selection-needed` (no segmenter), and
 *   what `io` throws.
 */
export async function rasteriseRegion(spec: RegionSpec, size: Size, io: RegionIo): Promise<Mask> {
  refuseBackwardsBox(spec);
  refuseOutside(spec, size);
  const mask = await pixelsOf(spec, size, io);
  if (boundingBox(mask) !== null) return mask;
  throw new EditError(
    "region-empty",
    `Expected a region that covers the centre of at least one pixel, got ${shown(spec)}`,
    {
      hint: "Draw it larger, or choose what it should contain.",
    },
  );
}

async function pixelsOf(spec: RegionSpec, size: Size, io: RegionIo): Promise<Mask> {
  if ("box" in spec) return boxMask(spec.box, size);
  if ("polygon" in spec) return polygonMask(spec.polygon, size);
  if ("ellipse" in spec) return ellipseMask(spec.ellipse.center, spec.ellipse.radius, size);
  if ("stroke" in spec) return strokeMask(spec.stroke.points, spec.stroke.width, size);
  if ("mask" in spec) return threshold(ofSize(await io.readMask(spec.mask), size), 0);
  if (io.segment) return threshold(ofSize(await io.segment(spec), size));
  throw new EditError("selection-needed", `Expected a drawn region or a mask here, got ${shown(spec)}`, {
    hint: 'No segmenter is at hand to find what is there: give a "box", "polygon", "stroke" or "mask".',
  });
}

function ofSize(mask: Mask, size: Size): Mask {
  if (mask.width === size.width && mask.height === size.height) return mask;
  throw new EditError(
    "mask-size-mismatch",
    `Expected mask of ${size.width}x${size.height} to match the image, got ${mask.width}x${mask.height}`,
    { hint: "Scale the mask to the image's size (after EXIF orientation)." },
  );
}

/** Most often [x, y, width, height], which would silently mean something else. */
function refuseBackwardsBox(spec: RegionSpec): void {
  const box = "box" in spec ? spec.box : "object" in spec ? spec.object : undefined;
  if (box === undefined) return;
  const [x0, y0, x1, y1] = box;
  if (x0 < x1 && y0 < y1) return;
  throw new EditError("region-empty", `Expected a box [x0, y0, x1, y1] with x0 < x1 and y0 < y1, got ${shown(spec)}`, {
    hint: "The last two numbers are the lower right corner, not width and height.",
  });
}

function refuseOutside(spec: RegionSpec, { width, height }: Size): void {
  const extent = extentOf(spec);
  if (extent === null) return;
  const [x0, y0, x1, y1] = extent;
  const right = x1 > 0 || x0 === 0;
  const below = y1 > 0 || y0 === 0;
  if (x0 < width && y0 < height && right && below) return;
  throw new EditError("region-outside", `Expected a region inside the ${width}x${height} picture, got ${shown(spec)}`, {
    hint: "Coordinates are pixels of the original image, x right, y down, from its top left corner.",
  });
}

/** Box around a drawn shape before it is clipped to the picture; null for a mask. */
function extentOf(spec: RegionSpec): Box | null {
  if ("box" in spec) return spec.box;
  if ("object" in spec) return spec.object;
  if ("polygon" in spec) return around(spec.polygon, [0, 0]);
  if ("ellipse" in spec) return around([spec.ellipse.center], spec.ellipse.radius);
  if ("stroke" in spec) return around(spec.stroke.points, [spec.stroke.width / 2, spec.stroke.width / 2]);
  return "at" in spec ? around([spec.at], [0, 0]) : null;
}

function around(points: readonly Point[], [rx, ry]: Point): Box {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    x0 = Math.min(x0, x - rx);
    y0 = Math.min(y0, y - ry);
    x1 = Math.max(x1, x + rx);
    y1 = Math.max(y1, y + ry);
  }
  return [x0, y0, x1, y1];
}

function shown(spec: RegionSpec): string {
  return valueText(spec);
}
