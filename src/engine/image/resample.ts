/** Crops and size changes of sRGB rasters and masks, and the way into and out of model tensors. */
import type { Box, Mask, Rgb } from "../raster.ts";
import { sharp } from "./sharp.ts";

export { resizeFloat, resizePart } from "./resize-float.ts";

/** The box (whole pixels; parts outside repeat the picture's edge) as `width` × `height`, Lanczos 3, antialiased. */
export async function cropResize(rgb: Rgb, box: Box, width: number, height: number): Promise<Rgb> {
  return resizeRgb(crop(rgb, box), width, height);
}

export async function resizeRgb(rgb: Rgb, width: number, height: number): Promise<Rgb> {
  return { width, height, data: await resize(rgb, 3, width, height, "lanczos3") };
}

/** Linear up, area-like (triangle) down: coverage stays within 0–255 without ringing. */
export async function resizeMask(mask: Mask, width: number, height: number): Promise<Mask> {
  return { width, height, data: await resize(mask, 1, width, height, "linear") };
}

/** u8 / 127.5 − 1, planar (flux.md 2.1): [1, 3, H, W] flattened. */
export function toTensor({ width, height, data }: Rgb): Float32Array {
  const plane = width * height;
  const out = new Float32Array(plane * 3);
  for (let i = 0, at = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++, at++) out[c * plane + i] = (data[at] ?? 0) / 127.5 - 1;
  }
  return out;
}

/** [1, 3, H, W] in [−1, 1] (clamped) → trunc(127.5 · (x + 1)). */
export function fromTensor(tensor: Float32Array, height: number, width: number): Rgb {
  const plane = width * height;
  if (tensor.length !== plane * 3) {
    throw new TypeError(`Expected a tensor of 1x3x${height}x${width}, got ${tensor.length} numbers`);
  }
  const data = new Uint8Array(plane * 3);
  for (let i = 0, at = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++, at++) {
      data[at] = Math.trunc(127.5 * (Math.min(1, Math.max(-1, tensor[c * plane + i] ?? 0)) + 1));
    }
  }
  return { width, height, data };
}

function crop(rgb: Rgb, [x0, y0, x1, y1]: Box): Rgb {
  const [width, height] = [x1 - x0, y1 - y0];
  if (![x0, y0, x1, y1].every(Number.isInteger) || width < 1 || height < 1) {
    throw new TypeError(`Expected a box of whole pixels with an area, got [${[x0, y0, x1, y1].join(", ")}]`);
  }
  const columns = Int32Array.from({ length: width }, (_, x) => 3 * clamp(x0 + x, rgb.width));
  const data = new Uint8Array(width * height * 3);
  const whole = x0 >= 0 && x1 <= rgb.width;
  for (let y = 0, to = 0; y < height; y++) {
    const row = clamp(y0 + y, rgb.height) * rgb.width * 3;
    if (whole) {
      data.set(rgb.data.subarray(row + 3 * x0, row + 3 * x1), 3 * y * width);
      continue;
    }
    for (const column of columns) {
      for (let c = 0; c < 3; c++) data[to++] = rgb.data[row + column + c] ?? 0;
    }
  }
  return { width, height, data };
}

function clamp(position: number, size: number): number {
  return Math.min(size - 1, Math.max(0, position));
}

async function resize(
  raster: Rgb | Mask,
  channels: 1 | 3,
  width: number,
  height: number,
  kernel: "lanczos3" | "linear",
): Promise<Uint8Array> {
  if (raster.width === width && raster.height === height) return raster.data.slice();
  const { data } = await sharp(raster.data, {
    raw: { width: raster.width, height: raster.height, channels },
    limitInputPixels: false,
  })
    .resize(width, height, { fit: "fill", kernel })
    .toColourspace(channels === 1 ? "b-w" : "srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  return new Uint8Array(data.buffer, data.byteOffset, data.length);
}
