/** A smoother outline: what a soft selection comes to where a pixel is either in or out. */
import type { Mask } from "../raster.ts";
import { boundingBox, emptyMask } from "./coverage.ts";

/** Three box filters come close to a Gaussian (central limit). */
const PASSES = 3;

/**
 * The mask blurred over `radius` pixels on either side and cut at the half, 0 or 255: corners are rounded, teeth and gaps
 * thinner than about `radius` go, straight edges stay where they are. Beyond the picture's border the mask is taken to go
 * on as it ends there.
 */
export function softenOutline(mask: Mask, radius: number): Mask {
  const box = boundingBox(mask);
  const half = Math.round(radius / PASSES);
  if (box === null || half < 1) return mask;
  const reach = half * PASSES + 1;
  const [x0, y0] = [Math.max(0, box[0] - reach), Math.max(0, box[1] - reach)];
  const [width, height] = [Math.min(mask.width, box[2] + reach) - x0, Math.min(mask.height, box[3] + reach) - y0];
  let soft = new Float32Array(width * height);
  for (let i = 0; i < soft.length; i++) {
    soft[i] = (mask.data[(y0 + Math.trunc(i / width)) * mask.width + x0 + (i % width)] ?? 0) >> 7;
  }
  for (let pass = 0; pass < PASSES; pass++) {
    soft = boxBlurRows(soft, width, half); // [width, height], transposed
    soft = boxBlurRows(soft, height, half); // [height, width]
  }
  const out = emptyMask(mask);
  for (let i = 0; i < soft.length; i++) {
    // Sums of floats: exactly one half, on a straight edge, must not fall to either side by rounding.
    if ((soft[i] ?? 0) > 0.5 + 1e-4) out.data[(y0 + Math.trunc(i / width)) * mask.width + x0 + (i % width)] = 255;
  }
  return out;
}

/** Means of 2 · half + 1 values along each row, the ends repeated; the result is transposed. */
function boxBlurRows(rows: Float32Array, width: number, half: number): Float32Array<ArrayBuffer> {
  const height = rows.length / width;
  const out = new Float32Array(rows.length);
  for (let y = 0; y < height; y++) {
    const at = (x: number) => rows[y * width + Math.min(width - 1, Math.max(0, x))] ?? 0;
    let sum = 0;
    for (let x = -half; x <= half; x++) sum += at(x);
    for (let x = 0; x < width; x++) {
      out[x * height + y] = sum / (2 * half + 1);
      sum += at(x + half + 1) - at(x - half);
    }
  }
  return out;
}
