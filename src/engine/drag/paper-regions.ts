/** Sizes, points, regions and weights of DragFlow's code (flux.md §5.2, §5.7, §5.9). Pixel centres at integers. */
import { type Planes, resizeBilinear, type Size2 } from "./resize.ts";

/** Width, height. */
export type PixelSize = readonly [width: number, height: number];
export type PixelPoint = readonly [x: number, y: number];

/** The model's picture size: the raw one floored to multiples of 16. */
export function fullSize([width, height]: PixelSize): PixelSize {
  return [width - (width % 16), height - (height % 16)];
}

/** Size (rows, columns) at which features are compared, from the full size: a half, a third or a quarter of it. */
export function cutShape([width, height]: PixelSize): Size2 {
  const mean = (height + width) / 2;
  const scale = mean > 1000 ? 4 : mean > 600 ? 3 : 2;
  return [Math.floor(height / scale), Math.floor(width / scale)];
}

/** Nearest integer, halves to the even one. */
export function roundHalfEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  if (rest !== 0.5) return rest < 0.5 ? low : low + 1;
  return low % 2 === 0 ? low : low + 1;
}

/** A point of the raw picture in whole cut pixels; there is no half-pixel term. */
export function cutPoint([x, y]: PixelPoint, [rawWidth, rawHeight]: PixelSize, [rows, columns]: Size2): PixelPoint {
  return [roundHalfEven((x / rawWidth) * columns), roundHalfEven((y / rawHeight) * rows)];
}

/** The region {0, 1} of the raw picture at cut size, kept soft. */
export function regionCut(region: Planes, cut: Size2): Planes {
  return resizeBilinear(region, cut);
}

/** Rounded mean of the pixels above 0.5; (0, 0) when there is none. */
export function centroid({ width, data }: Pick<Planes, "width" | "data">): PixelPoint {
  let [count, sumX, sumY] = [0, 0, 0];
  for (let i = 0; i < data.length; i++) {
    if ((data[i] ?? 0) <= 0.5) continue;
    count++;
    sumX += i % width;
    sumY += Math.floor(i / width);
  }
  return count === 0 ? [0, 0] : [roundHalfEven(sumX / count), roundHalfEven(sumY / count)];
}

export interface RegionWeights {
  readonly raw: number[];
  /** γ, sums to 1. */
  readonly weights: number[];
}

/** Small regions weigh more: raw = 1 + 0.5 / (share + 0.1), at most 5. One region alone weighs 1. */
export function regionWeights(regions: readonly Planes[]): RegionWeights {
  if (regions.length === 1) return { raw: [1], weights: [1] };
  const raw = regions.map((region) => Math.min(Math.max(1 + 0.5 / (areaShare(region) + 0.1), 1), 5));
  const sum = raw.reduce((total, value) => total + value, 0);
  return { raw, weights: raw.map((value) => value / sum) };
}

function areaShare({ data }: Planes): number {
  return data.reduce((sum, value) => sum + value, 0) / data.length;
}

/** B: 1 where the latent (rows, columns) may change, from the editable pixels of the raw picture. */
export function editableLatent(editable: Planes, latent: Size2): Planes {
  const soft = resizeBilinear(editable, latent);
  return { ...soft, data: soft.data.map((value) => (value > 0.5 ? 1 : 0)) };
}
