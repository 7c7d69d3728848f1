/** Pictures as vision towers were shown them in training: resized bicubically, cropped, normalised per channel. */
import { cropResize, resizeFloat } from "../../../image/resample.ts";
import type { Tensor } from "../../../onnx/session.ts";
import type { Rgb } from "../../../raster.ts";

/** Shortest side to `side`, then the square in the middle. */
export async function centreCrop(picture: Rgb, side: number): Promise<Rgb> {
  const scale = side / Math.min(picture.width, picture.height);
  // The reference truncates the longer side.
  const [width, height] = [picture.width, picture.height].map((length) => Math.max(side, Math.trunc(length * scale)));
  const resized = resizeBicubic(picture, width ?? side, height ?? side);
  const [x, y] = [Math.trunc((resized.width - side) / 2), Math.trunc((resized.height - side) / 2)];
  return cropResize(resized, [x, y, x + side, y + side], side, side);
}

/** (u8/255 − mean)/deviation, planar [1, 3, H, W]. */
export function normalise({ width, height, data }: Rgb, mean: readonly number[], deviation: readonly number[]): Tensor {
  const plane = width * height;
  const out = new Float32Array(3 * plane);
  for (let c = 0; c < 3; c++) {
    const [shift, scale] = [mean[c] ?? 0, deviation[c] ?? 1];
    for (let i = 0; i < plane; i++) out[c * plane + i] = ((data[3 * i + c] ?? 0) / 255 - shift) / scale;
  }
  return { shape: [1, 3, height, width], data: out };
}

/** Keys' cubic with a = −½, antialiased when shrinking: what PIL calls bicubic, but for rounding and the outermost pixels. */
export function resizeBicubic({ width, height, data }: Rgb, toWidth: number, toHeight: number): Rgb {
  const plane = width * height;
  const planar = new Float32Array(3 * plane);
  for (let i = 0; i < plane; i++) for (let c = 0; c < 3; c++) planar[c * plane + i] = data[3 * i + c] ?? 0;
  const resized = resizeFloat(planar, 3, height, width, toHeight, toWidth);
  const out = new Uint8ClampedArray(resized.length); // rounds and clamps
  const area = toWidth * toHeight;
  for (let i = 0; i < area; i++) for (let c = 0; c < 3; c++) out[3 * i + c] = resized[c * area + i] ?? 0;
  return { width: toWidth, height: toHeight, data: new Uint8Array(out.buffer) };
}
