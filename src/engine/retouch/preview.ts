/**
 * The preview tier: regions moved at full resolution over a filled plate, or bent with their surroundings. No model.
 *
 * Depth: bends change the ground that everything lies on; over it the operations are drawn in order, later ones
 * covering earlier ones, a bent region again where something lies on it.
 */
import { emptyMask } from "../geometry/mask.ts";
import type { Affine, Mask, Point, Rgb } from "../raster.ts";
import { type BendField, bendField } from "./bend.ts";
import { warpThrough } from "./bend-warp.ts";
import { blendInto, coverBy, drawSprite, maskInto, mixWithin, weighted } from "./blend.ts";
import { buildPlate, type Plate, type PlateRegion } from "./plate.ts";
import { wholeBox } from "./resample.ts";
import { warpCutout } from "./warp.ts";

export interface PreviewOperation extends PlateRegion {
  /** The part of the motion done at progress 0–1, source → target. */
  at(progress: number): Affine;
}

export interface PreviewPicture {
  readonly picture: Rgb;
  /** Coverage of the cut and moved objects, 0–255. */
  readonly alpha: Mask;
  /** What the moves uncovered: filled and not covered again, 0–255. Bends uncover nothing. */
  readonly vacated: Mask;
  /** The part of the bends that was done, 0–1; absent without bends. */
  readonly bent?: number;
}

/** Where everything lies, known before what was uncovered is filled. */
export interface Layout extends Pick<PreviewPicture, "alpha" | "vacated"> {
  paint(): PreviewPicture;
}

/**
 * Lays the operations over the plate and confines the result to `editable`: 0 keeps the original bytes, 1–254 blends
 * towards them. `original`, masks, motions and `editable` are a part of the plate's picture that begins at `origin`.
 */
export function layOut(
  plate: Plate,
  original: Rgb,
  operations: readonly PreviewOperation[],
  editable: Mask,
  origin: Point = [0, 0],
): Layout {
  const [coverage, uncovered] = [emptyMask(original), emptyMask(original)];
  for (const outline of plate.outlines) maskInto(uncovered, outline, origin);
  const field = bendField(bendsOf(operations), editable);
  const sprites = operations.flatMap((operation, i) => {
    const cutout = plate.cutouts[i];
    if (cutout === undefined) return [];
    const here = { ...cutout, origin: [cutout.origin[0] - origin[0], cutout.origin[1] - origin[1]] as const };
    const sprite = warpCutout(here, operation.at(doneOf(operation, field)), wholeBox(original));
    return sprite ? [coverBy(sprite, { coverage, vacated: uncovered }, operation.regime === "bend")] : [];
  });
  const masks = { alpha: weighted(coverage, editable), vacated: weighted(uncovered, editable) };
  const paint = () => {
    const ground = { ...original, data: new Uint8Array(original.data) };
    for (const patch of [...plate.lit, ...plate.patches]) blendInto(ground, patch, origin);
    const picture = field ? warpThrough(ground, field) : ground;
    for (const sprite of sprites) drawSprite(sprite, picture);
    return {
      picture: mixWithin(original, picture, editable),
      ...masks,
      ...(field && { bent: field.kept }),
    };
  };
  return { ...masks, paint };
}

/** Laid out and painted. The plate is filled first, while nothing else takes memory. */
export function compositePlate(
  plate: Plate,
  original: Rgb,
  operations: readonly PreviewOperation[],
  editable: Mask,
  origin: Point = [0, 0],
): PreviewPicture {
  const filled = { ...plate, patches: plate.patches };
  return layOut(filled, original, operations, editable, origin).paint();
}

function bendsOf(operations: readonly PreviewOperation[]): PreviewOperation[] {
  return operations.filter(({ regime }) => regime === "bend");
}

function doneOf({ regime }: PreviewOperation, field: BendField | undefined): number {
  return regime === "bend" ? (field?.kept ?? 0) : 1;
}

/** Plate and composite in one go. */
export function previewEdit(
  rgb: Rgb,
  operations: readonly PreviewOperation[],
  editable: Mask,
  seed = 1,
): PreviewPicture {
  return compositePlate(buildPlate(rgb, operations, seed), rgb, operations, editable);
}
