import type { Rgb } from "../../../engine/raster.ts";

/** Resized by taking pixels, as the published measure does (PyTorch's "nearest": the floor of i·from/to). */
export function nearestRgb({ width: from, height: rows, data }: Rgb, width: number, height: number): Rgb {
  const out = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * rows) / height) * from;
    for (let x = 0; x < width; x++) {
      const at = 3 * (row + Math.floor((x * from) / width));
      out.set(data.subarray(at, at + 3), 3 * (y * width + x));
    }
  }
  return { width, height, data: out };
}
