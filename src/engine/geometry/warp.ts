/** Moving a mask by an affine map. */
import type { Affine, Box, Mask } from "../raster.ts";
import { apply, invert } from "./affine.ts";
import { boundingBox, emptyMask, type Size } from "./coverage.ts";

/**
 * The mask moved by `affine` (source → target) onto a picture of `size`: bilinear between pixel centres, 0 beyond the
 * source, soft at the border. @throws TypeError when the map is singular.
 */
export function warpMask(mask: Mask, affine: Affine, size: Size): Mask {
  const out = emptyMask(size);
  const source = boundingBox(mask, 0);
  if (source === null) return out;
  const [a, b, c, d, e, f] = invert(affine);
  const [x0, y0, x1, y1] = movedBox(source, affine, size);
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++) {
      // Centre to centre: half a pixel is added before the map and taken off after it.
      const u = a * (x + 0.5) + b * (y + 0.5) + c - 0.5;
      const v = d * (x + 0.5) + e * (y + 0.5) + f - 0.5;
      out.data[y * size.width + x] = sample(mask, u, v);
    }
  }
  return out;
}

function sample(mask: Mask, u: number, v: number): number {
  const x = Math.floor(u);
  const y = Math.floor(v);
  const [fx, fy] = [u - x, v - y];
  const top = valueAt(mask, x, y) * (1 - fx) + valueAt(mask, x + 1, y) * fx;
  const bottom = valueAt(mask, x, y + 1) * (1 - fx) + valueAt(mask, x + 1, y + 1) * fx;
  return Math.round(top * (1 - fy) + bottom * fy);
}

function valueAt({ width, height, data }: Mask, x: number, y: number): number {
  return x < 0 || y < 0 || x >= width || y >= height ? 0 : (data[y * width + x] ?? 0);
}

/** Target pixels that the box can reach, interpolation included, within the picture. */
function movedBox([x0, y0, x1, y1]: Box, affine: Affine, { width, height }: Size): Box {
  const corners = [
    [x0 - 1, y0 - 1],
    [x1 + 1, y0 - 1],
    [x1 + 1, y1 + 1],
    [x0 - 1, y1 + 1],
  ].map(([x = 0, y = 0]) => apply(affine, [x, y]));
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  return [
    clamp(Math.floor(Math.min(...xs)), width),
    clamp(Math.floor(Math.min(...ys)), height),
    clamp(Math.ceil(Math.max(...xs)), width),
    clamp(Math.ceil(Math.max(...ys)), height),
  ];
}

function clamp(value: number, limit: number): number {
  return Math.min(limit, Math.max(0, value));
}
