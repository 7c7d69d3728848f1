/** The preview tier: regions moved at full resolution over a filled plate. No model. */
import { boundingBox, dilate, emptyMask, feather, union } from "../geometry/mask.ts";
import type { Affine, Mask, Rgb } from "../raster.ts";
import type { Cv } from "../segment/opencv.ts";
import { fillPlate } from "./fill.ts";
import { foregroundColours } from "./foreground.ts";
import { bandOf, softMatte } from "./matte.ts";
import { cropMask, cropRgb, growBox, wholeBox } from "./resample.ts";
import { type Cutout, type Sprite, warpCutout } from "./warp.ts";

export interface PreviewOperation {
  /** The grown region, binary above 127, size of the picture. */
  readonly mask: Mask;
  /** Source → target. */
  readonly affine: Affine;
  /** true leaves the original in place: a copy appears at the target. */
  readonly keepSource: boolean;
}

/** All that does not depend on where the regions go: dragging re-composites only. */
export interface Plate {
  readonly original: Rgb;
  /** The picture without the regions that leave their place. */
  readonly filled: Rgb;
  /** Weight 0–255 of `filled` against the original (soft at its rim), 0 where nothing was removed. */
  readonly hole: Mask;
  /** Per operation, in order; undefined for an empty region. */
  readonly cutouts: readonly (Cutout | undefined)[];
}

export interface PreviewPicture {
  readonly picture: Rgb;
  /** Coverage of the moved objects, 0–255. */
  readonly alpha: Mask;
  /** What the move uncovered: filled and not covered again, 0–255. */
  readonly vacated: Mask;
}

/** Mattes the regions and fills what they leave behind. */
export function buildPlate(rgb: Rgb, operations: readonly Omit<PreviewOperation, "affine">[], cv: Cv): Plate {
  const leaving = operations.filter((operation) => !operation.keepSource);
  const hole = leaving.map((operation) => holeOf(operation.mask)).reduce(union, emptyMask(rgb));
  return {
    original: rgb,
    filled: fillPlate(rgb, hole, cv),
    hole: feather(hole, 3),
    cutouts: operations.map((operation) => cutoutOf(rgb, operation.mask)),
  };
}

/** The region with its soft border: what must not serve as a source of the fill. */
function holeOf(mask: Mask): Mask {
  const box = boundingBox(mask);
  return box === null ? mask : dilate(mask, bandOf(box) + 2);
}

function cutoutOf(rgb: Rgb, mask: Mask): Cutout | undefined {
  const tight = boundingBox(mask);
  if (tight === null) return undefined;
  const band = bandOf(tight);
  const box = growBox(tight, band + 1, rgb);
  const alpha = cropMask(softMatte(rgb, mask), box);
  return { origin: [box[0], box[1]], rgb: foregroundColours(cropRgb(rgb, box), alpha, band), alpha };
}

/**
 * Draws the cutouts, moved by `affines` (one per operation, in order), over the plate and confines the result to
 * `editable`: 0 keeps the original bytes, 1–254 blends towards them.
 */
export function compositePlate(plate: Plate, affines: readonly Affine[], editable: Mask): PreviewPicture {
  const { original, cutouts } = plate;
  const picture = mixed(original, plate.filled, plate.hole);
  const alpha = emptyMask(original);
  const vacated = { ...plate.hole, data: new Uint8Array(plate.hole.data) };
  cutouts.forEach((cutout, i) => {
    const affine = affines[i];
    const sprite = cutout && affine && warpCutout(cutout, affine, wholeBox(original));
    if (sprite) draw(sprite, picture, alpha, vacated);
  });
  return {
    picture: mixed(original, picture, editable),
    alpha: weighted(alpha, editable),
    vacated: weighted(vacated, editable),
  };
}

/** Plate and composite in one go. */
export function previewEdit(rgb: Rgb, operations: readonly PreviewOperation[], editable: Mask, cv: Cv): PreviewPicture {
  const affines = operations.map((operation) => operation.affine);
  return compositePlate(buildPlate(rgb, operations, cv), affines, editable);
}

/** `from` where the weight is 0, `to` where it is 255. */
function mixed(from: Rgb, to: Rgb, weight: Mask): Rgb {
  const data = new Uint8Array(from.data);
  weight.data.forEach((w, i) => {
    if (w === 0) return;
    for (let c = i * 3; c < i * 3 + 3; c++) data[c] = mix(from.data[c] ?? 0, to.data[c] ?? 0, w);
  });
  return { ...from, data };
}

function weighted(mask: Mask, weight: Mask): Mask {
  return { ...mask, data: mask.data.map((value, i) => Math.round((value * (weight.data[i] ?? 0)) / 255)) };
}

function draw({ box, rgb, alpha }: Sprite, picture: Rgb, coverage: Mask, vacated: Mask): void {
  for (let y = 0, s = 0; y < rgb.height; y++) {
    for (let x = 0; x < rgb.width; x++, s++) {
      const a = alpha.data[s] ?? 0;
      if (a === 0) continue;
      const i = (y + box[1]) * picture.width + x + box[0];
      for (let c = 0; c < 3; c++)
        picture.data[i * 3 + c] = mix(picture.data[i * 3 + c] ?? 0, rgb.data[s * 3 + c] ?? 0, a);
      coverage.data[i] = mix(coverage.data[i] ?? 0, 255, a);
      vacated.data[i] = mix(vacated.data[i] ?? 0, 0, a);
    }
  }
}

const mix = (from: number, to: number, weight: number): number => Math.round(from + ((to - from) * weight) / 255);
