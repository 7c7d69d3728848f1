/**
 * Structural similarity of a zone of the result with what it should show. Higher is better, 1 for equal pictures; no unit.
 * Noise: none. Source: Wang et al., "Image quality assessment: from error visibility to structural similarity", IEEE TIP
 * 2004: Gaussian window of 11 pixels with σ 1.5, C1 (0.01·255)², C2 (0.03·255)², on luma; the mean over windows centred
 * in the zone.
 */
import type { Mask, Rgb } from "../../engine/raster.ts";
import { lumaAround, type Plane } from "./luma.ts";

const RADIUS = 5;
const SIGMA = 1.5;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;
const WINDOW = gaussian();

/** Undefined without a pixel above 127 in `where`. All three have one size. */
export function ssim(first: Rgb, second: Rgb, where: Mask): number | undefined {
  const pair = lumaAround(first, second, where, RADIUS);
  if (pair === undefined) return undefined;
  const { a, b } = pair;
  const product = (p: Plane, q: Plane) => blur({ ...p, data: p.data.map((value, i) => value * (q.data[i] ?? 0)) });
  const [ma, mb, aa, bb, ab] = [blur(a), blur(b), product(a, a), product(b, b), product(a, b)];
  let [sum, count] = [0, 0];
  pair.where.data.forEach((inside, i) => {
    if (inside <= 127) return;
    const [x, y] = [ma[i] ?? 0, mb[i] ?? 0];
    const [vx, vy, vxy] = [(aa[i] ?? 0) - x * x, (bb[i] ?? 0) - y * y, (ab[i] ?? 0) - x * y];
    sum += ((2 * x * y + C1) * (2 * vxy + C2)) / ((x * x + y * y + C1) * (vx + vy + C2));
    count++;
  });
  return sum / count;
}

function gaussian(): number[] {
  const raw = Array.from({ length: 2 * RADIUS + 1 }, (_, i) => Math.exp(-((i - RADIUS) ** 2) / (2 * SIGMA ** 2)));
  const sum = raw.reduce((total, value) => total + value, 0);
  return raw.map((value) => value / sum);
}

/** Separable; the border is repeated. */
function blur({ width, height, data }: Plane): Float64Array {
  const pass = (from: Float64Array, size: number, step: number, place: (i: number) => number) =>
    from.map((_, i) => {
      const at = place(i);
      return WINDOW.reduce((sum, weight, k) => {
        const offset = Math.min(Math.max(at + k - RADIUS, 0), size - 1) - at;
        return sum + weight * (from[i + offset * step] ?? 0);
      }, 0);
    });
  const rows = pass(data, width, 1, (i) => i % width);
  return pass(rows, height, width, (i) => Math.floor(i / width));
}
