/** Smooth continuation of the surroundings into a hole (Telea 2004), on a small crop: the base that texture is added to. */
import { boundingBox, dilate } from "../geometry/mask.ts";
import type { Box, Mask, Rgb } from "../raster.ts";
import { type Cv, toMat, withMats } from "../segment/opencv.ts";
import { cropMask, cropRgb, fitWithin, growBox, resizeMask, resizeRgb } from "./resample.ts";

const CROP_EDGE = 384;
const RADIUS = 4;

/** The hole's box with the surroundings that a fill may look at: half the hole's size on each side, at least 24 px. */
export function surroundings(hole: Mask): Box | null {
  const box = boundingBox(hole);
  if (box === null) return null;
  return growBox(box, Math.max(24, 0.5 * Math.max(box[2] - box[0], box[3] - box[1])), hole);
}

/** The crop `box` of the picture with the hole continued smoothly; pixels outside the hole are the picture's. */
export function inpaintCrop(rgb: Rgb, hole: Mask, box: Box, cv: Cv): Rgb {
  const [picture, gap] = [cropRgb(rgb, box), cropMask(hole, box)];
  const { width, height } = fitWithin(picture.width, picture.height, CROP_EDGE);
  const small = resizeRgb(picture, width, height);
  // Shrinking mixes hole pixels into their neighbours: whatever is touched at all counts as hole.
  const touched = resizeMask(gap, width, height).data.map((value) => (value > 0 ? 255 : 0));
  const filled = inpaint(small, dilate({ width, height, data: touched }, 1), cv);
  const enlarged = resizeRgb(filled, picture.width, picture.height);
  const data = picture.data.map((value, i) => (inside(gap, i) ? (enlarged.data[i] ?? 0) : value));
  return { ...picture, data };
}

const inside = (mask: Mask, sample: number): boolean => (mask.data[Math.floor(sample / 3)] ?? 0) > 127;

function inpaint(picture: Rgb, hole: Mask, cv: Cv): Rgb {
  return withMats((keep) => {
    const out = keep(new cv.Mat());
    cv.inpaint(keep(toMat(cv, picture)), keep(toMat(cv, hole)), out, RADIUS, cv.INPAINT_TELEA);
    return { ...picture, data: new Uint8Array(out.data) };
  });
}
