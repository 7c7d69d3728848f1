/** The classic no-model fill, as a baseline to measure against: Telea's fast marching, from OpenCV. */
import type { Mask, Rgb } from "../raster.ts";
import { type Cv, toMat, withMats } from "../segment/opencv.ts";

/** The hole (above 127) filled from within `radius` pixels around it; the rest is unchanged. */
export function teleaFill(rgb: Rgb, hole: Mask, cv: Cv, radius = 5): Rgb {
  return withMats((keep) => {
    const binary = { ...hole, data: hole.data.map((value) => (value > 127 ? 255 : 0)) };
    const [picture, where] = [keep(toMat(cv, rgb)), keep(toMat(cv, binary))];
    const filled = keep(new cv.Mat());
    cv.inpaint(picture, where, filled, radius, cv.INPAINT_TELEA);
    return { ...rgb, data: new Uint8Array(filled.data) };
  });
}
