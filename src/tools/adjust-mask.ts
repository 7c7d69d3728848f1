/** A selected mask, joined with an earlier one, grown or shrunk, its outline softened; in this order. */
import type { Selection } from "../engine/api.ts";
import * as masks from "../engine/geometry/mask.ts";
import { softenOutline } from "../engine/geometry/outline.ts";
import { readMask, writePng } from "../engine/image/raster-io.ts";
import type { Mask } from "../engine/raster.ts";
import { shapeWarnings } from "../engine/segment/warnings.ts";
import { EditError } from "../errors.ts";

const COMBINATIONS = { union: masks.union, subtract: masks.subtract, intersect: masks.intersect } as const;

export interface Adjustment {
  /** Path of the other mask: result = other op this. */
  readonly combine?: { readonly maskPath: string; readonly op: keyof typeof COMBINATIONS };
  /** Pixels outwards; negative shrinks. */
  readonly grow?: number;
  /** Pixels over which the outline is softened. */
  readonly feather?: number;
}

/** Rewrites the mask file and measures it anew. Throws `region-empty` and `mask-size-mismatch`. */
export async function adjustMask(
  maskPath: string,
  { combine, grow = 0, feather = 0 }: Adjustment,
): Promise<Pick<Selection, "box" | "centroid" | "area" | "warnings">> {
  let mask = await readMask(maskPath, ".");
  if (combine) mask = COMBINATIONS[combine.op](sameSize(await readMask(combine.maskPath, "."), mask), mask);
  if (grow > 0) mask = masks.dilate(mask, grow);
  if (grow < 0) mask = masks.erode(mask, -grow);
  mask = softenOutline(mask, feather);
  const box = masks.boundingBox(mask);
  if (box === null) {
    throw new EditError("region-empty", "Expected a region with pixels, got none after combine, grow and feather", {
      hint: "Shrink or feather less, or combine with a region that overlaps",
    });
  }
  await writePng(maskPath, mask);
  return { box, centroid: masks.centroidOf(mask), area: masks.areaShare(mask), warnings: shapeWarnings(mask) };
}

function sameSize(other: Mask, mask: Mask): Mask {
  if (other.width === mask.width && other.height === mask.height) return other;
  const sizes = `${mask.width}x${mask.height} to match the picture, got ${other.width}x${other.height}`;
  throw new EditError("mask-size-mismatch", `Expected the region to combine with to be ${sizes}`);
}
