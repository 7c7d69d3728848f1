/** What was behind the moved object: the hole continued from its surroundings. */
import { feather } from "../geometry/mask.ts";
import type { Box, Mask, Rgb } from "../raster.ts";
import { addGrain, grainLevel, randomFrom } from "./grain.ts";
import { type Hole, holesWithin } from "./holes.ts";
import { smoothInto } from "./membrane.ts";
import { fillByPatches } from "./patchmatch.ts";
import { cropRgb, growBox } from "./resample.ts";

/** Where a piece of new picture will be: its `weight` (0–255, soft inside the rim) lies at the corner of `box`. */
export interface Outline {
  readonly box: Box;
  readonly weight: Mask;
}

/** A piece of new picture: `rgb` lies at the corner of `box`, too. */
export interface Patch extends Outline {
  readonly rgb: Rgb;
}

const RIM = 3;

/**
 * The holes of `rgb` filled. Nothing inside any of them is ever used as a source, so they must cover the whole objects and
 * their soft borders. The same `seed` gives the same patches.
 */
export function fillHoles(
  rgb: Rgb,
  holes: readonly Hole[],
  seed: number,
  outlines: readonly Outline[] = outlinesOf(rgb, holes),
): Patch[] {
  return holes.map((hole, i) => {
    const box = surroundings(hole.box, rgb);
    const gaps = holesWithin(holes, box);
    const filled = fillCrop(cropRgb(rgb, box), gaps, seed);
    const [x0, y0, x1, y1] = hole.box;
    const part: Box = [x0 - box[0], y0 - box[1], x1 - box[0], y1 - box[1]];
    return { ...(outlines[i] as Outline), rgb: cropRgb(filled, part) }; // one per hole
  });
}

/** What is known of the patches before anything is filled. */
export function outlinesOf(rgb: Rgb, holes: readonly Hole[]): Outline[] {
  return holes.map((hole) => ({ box: hole.box, weight: featherInside(hole, rgb) }));
}

/** The crop with all its gaps (> 127) filled; other pixels are its own. */
export function fillCrop(crop: Rgb, gaps: Mask, seed: number): Rgb {
  return fillByPatches(crop, gaps, randomFrom(seed)) ?? smoothFill(crop, gaps, seed);
}

/** The hole's box with the surroundings that a fill may look at: half the hole's size on each side, at least 24 px. */
export function surroundings(box: Box, rgb: Rgb): Box {
  return growBox(box, Math.max(24, 0.5 * Math.max(box[2] - box[0], box[3] - box[1])), rgb);
}

/** For holes with next to nothing around them to copy: smooth, with the photo's grain. */
function smoothFill(crop: Rgb, gaps: Mask, seed: number): Rgb {
  const base = smoothInto(crop, gaps);
  return addGrain(base, gaps, grainLevel(base, gaps), randomFrom(seed));
}

/** The ramp falls towards the hole's own border, not towards the picture's edge. */
function featherInside({ box, mask }: Hole, rgb: Rgb): Mask {
  const around = growBox(box, 1, rgb);
  const grown = feather(holesWithin([{ box, mask }], around), RIM);
  const data = new Uint8Array(mask.data.length);
  for (let y = 0; y < mask.height; y++) {
    const from = (y + box[1] - around[1]) * grown.width + box[0] - around[0];
    data.set(grown.data.subarray(from, from + mask.width), y * mask.width);
  }
  return { ...mask, data };
}
