/** Pixel against pixel: how far a picture is from the truth within a zone. */
import type { Mask, Rgb } from "../../../engine/raster.ts";
import { blur, gradient, meanIn, type Plane, product } from "./plane.ts";

/** Peak of 8-bit samples; equal zones would be infinitely good, and spoil every mean. */
const PEAK = 255;
export const MAX_PSNR = 60;

/** dB over RGB, at most 60. */
export function psnr(a: Rgb, b: Rgb, zone: Mask): number | undefined {
  const mse = meanIn(zone.data, (i) => {
    let sum = 0;
    for (let c = 0; c < 3; c++) sum += ((a.data[3 * i + c] ?? 0) - (b.data[3 * i + c] ?? 0)) ** 2;
    return sum / 3;
  });
  return mse === undefined ? undefined : Math.min(MAX_PSNR, 10 * Math.log10((PEAK * PEAK) / Math.max(mse, 1e-9)));
}

/** Structural similarity map of brightness (Wang et al. 2004: Gaussian of 1.5 pixels). */
export function ssimMap(a: Plane, b: Plane): Float32Array {
  const [c1, c2] = [(0.01 * PEAK) ** 2, (0.03 * PEAK) ** 2];
  const smooth = (plane: Plane) => blur(plane, 1.5).data;
  const [ma, mb, aa, bb, ab] = [
    smooth(a),
    smooth(b),
    smooth(product(a, a)),
    smooth(product(b, b)),
    smooth(product(a, b)),
  ];
  return ma.map((x, i) => {
    const y = mb[i] ?? 0;
    const [va, vb, cov] = [(aa[i] ?? 0) - x * x, (bb[i] ?? 0) - y * y, (ab[i] ?? 0) - x * y];
    return ((2 * x * y + c1) * (2 * cov + c2)) / ((x * x + y * y + c1) * (va + vb + c2));
  });
}

/** Gradient-magnitude similarity map (Xue et al. 2014, c = 170, at full resolution). */
export function gradientMap(a: Plane, b: Plane): Float32Array {
  const [ga, gb] = [gradient(a).data, gradient(b).data];
  return ga.map((x, i) => {
    const y = gb[i] ?? 0;
    return (2 * x * y + 170) / (x * x + y * y + 170);
  });
}
