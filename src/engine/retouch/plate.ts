/** All of a preview that does not depend on where the regions go: dragging re-composites only. */
import { boundingBox } from "../geometry/mask.ts";
import type { Mask, Rgb } from "../raster.ts";
import type { Regime } from "../recipe/regime.ts";
import { fillHoles, type Patch } from "./fill.ts";
import { foregroundColours } from "./foreground.ts";
import { holesOf } from "./holes.ts";
import { bandOf, softMatte } from "./matte.ts";
import { cropMask, cropRgb, growBox } from "./resample.ts";
import type { Cutout } from "./warp.ts";

export interface PlateRegion {
  /** The grown region, binary above 127, size of the picture. */
  readonly mask: Mask;
  /** The region before it grew; its border is taken where the colours on both sides are alike. */
  readonly drawn?: Mask;
  /** true leaves the original in place: a copy appears at the target. */
  readonly keepSource: boolean;
  readonly regime: Regime;
}

/** In coordinates of the picture it was built from. */
export interface Plate {
  /** What is behind the regions that leave their place. */
  readonly patches: readonly Patch[];
  /** Per operation, in order; undefined for an empty region, and for a bent one that has nothing to cover. */
  readonly cutouts: readonly (Cutout | undefined)[];
}

/** Mattes the regions and fills what they leave behind. */
export function buildPlate(rgb: Rgb, regions: readonly PlateRegion[], seed: number): Plate {
  const leaving = regions.filter(({ keepSource, regime }) => !keepSource && regime === "cut");
  const firstCut = regions.findIndex(({ regime }) => regime === "cut");
  return {
    patches: fillHoles(rgb, holesOf(leaving.map(({ mask }) => mask)), seed),
    cutouts: regions.map(({ mask, drawn }, i) =>
      firstCut >= 0 && i >= firstCut ? cutoutOf(rgb, mask, drawn) : undefined,
    ),
  };
}

/** The region with its matte and its own colours, ready to be moved; undefined where it is empty. */
export function cutoutOf(rgb: Rgb, mask: Mask, drawn?: Mask): Cutout | undefined {
  const tight = boundingBox(mask);
  if (tight === null) return undefined;
  const band = bandOf(tight);
  const box = growBox(tight, band + 1, rgb);
  const alpha = cropMask(softMatte(rgb, mask, drawn), box);
  return { origin: [box[0], box[1]], rgb: foregroundColours(cropRgb(rgb, box), alpha), alpha };
}

/** Bytes that a plate keeps in memory, about. */
export function plateBytes({ patches, cutouts }: Plate): number {
  const pixels = [...patches.map(({ weight }) => weight), ...cutouts.map((cutout) => cutout?.alpha)];
  return pixels.reduce((sum, mask) => sum + 4 * (mask?.data.length ?? 0), 0);
}
