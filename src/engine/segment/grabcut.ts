/** GrabCut (Rother et al. 2004) on a small crop around the hint (see `enlarge.ts` for the way back). */
import type { Box, Mask, Rgb } from "../raster.ts";
import { fitWithin } from "../retouch/resample.ts";
import { type Cv, toMat, withMats } from "./opencv.ts";
import { shrinkRgb } from "./shrink.ts";

/** OpenCV's labels: what is known, and what GrabCut may change. */
export const LABEL = { background: 0, object: 1, probablyBackground: 2, probablyObject: 3 } as const;

/** Longest edge of the picture GrabCut works on. */
export const WORKING_EDGE = 256;
const ITERATIONS = 3;

/** One `LABEL` per pixel of the small picture. */
export type Labels = Mask;

/** The part of a picture that a segmentation looks at, and its small version. */
export interface View {
  readonly box: Box;
  readonly small: Rgb;
}

export function viewOf(rgb: Rgb, box: Box): View {
  const size = fitWithin(box[2] - box[0], box[3] - box[1], WORKING_EDGE);
  return { box, small: shrinkRgb(rgb, box, size.width, size.height) };
}

/**
 * The object (255) against the background (0) at the size of `picture` (longest edge <= 256 expected).
 * `labels` must hold pixels of both sides; where one side is missing the labels are returned as they stand.
 */
export function grabCut(cv: Cv, picture: Rgb, labels: Labels): Mask {
  const { width, height } = picture;
  if (!hasBothSides(labels)) return binary(labels);
  return withMats((keep) => {
    const image = keep(toMat(cv, picture));
    const state = keep(toMat(cv, labels));
    cv.setRNGSeed(0); // k-means inside starts at random centres: the same hint must give the same mask
    const box = { x: 0, y: 0, width, height };
    cv.grabCut(image, state, box, keep(new cv.Mat()), keep(new cv.Mat()), ITERATIONS, cv.GC_INIT_WITH_MASK);
    return binary({ width, height, data: new Uint8Array(state.data) });
  });
}

function hasBothSides(labels: Labels): boolean {
  // OpenCV's k-means asserts at least one sample per Gaussian; 5 Gaussians per side.
  let object = 0;
  for (const label of labels.data) object += label & 1;
  return object >= 5 && labels.data.length - object >= 5;
}

function binary(labels: Labels): Mask {
  return { width: labels.width, height: labels.height, data: labels.data.map((label) => (label & 1 ? 255 : 0)) };
}
