/** What was behind the moved object: the hole continued from its surroundings. */
import type { Box, Mask, Rgb } from "../raster.ts";
import type { Cv } from "../segment/opencv.ts";
import { addGrain, grainLevel, randomFrom } from "./grain.ts";
import { fillByPatches } from "./patchmatch.ts";
import { cropMask, cropRgb } from "./resample.ts";
import { inpaintCrop, surroundings } from "./telea.ts";

/**
 * The picture with `hole` (> 127) filled; all other pixels are the input's. Nothing inside the hole is ever used as a
 * source, so the hole must cover the whole object and its soft border.
 */
export function fillPlate(rgb: Rgb, hole: Mask, cv: Cv): Rgb {
  const box = surroundings(hole);
  if (box === null) return rgb;
  const gap = cropMask(hole, box);
  const filled = fillByPatches(cropRgb(rgb, box), gap, randomFrom(1)) ?? smoothFill(rgb, hole, box, cv);
  return pasteRgb(rgb, filled, box);
}

/** For holes with next to nothing around them to copy: smooth, with the photo's grain. */
export function smoothFill(rgb: Rgb, hole: Mask, box: Box, cv: Cv): Rgb {
  const gap = cropMask(hole, box);
  const base = inpaintCrop(rgb, hole, box, cv);
  return addGrain(base, gap, grainLevel(base, gap), randomFrom(1));
}

function pasteRgb(rgb: Rgb, part: Rgb, [x0, y0]: Box): Rgb {
  const data = new Uint8Array(rgb.data);
  for (let y = 0; y < part.height; y++) {
    const row = part.data.subarray(y * part.width * 3, (y + 1) * part.width * 3);
    data.set(row, ((y + y0) * rgb.width + x0) * 3);
  }
  return { ...rgb, data };
}
