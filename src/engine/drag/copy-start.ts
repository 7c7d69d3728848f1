/** The start of RegionDrag (Lu et al., ECCV 2024) on one time step, as a baseline: latents of every region are copied to
 * where the region goes, and what it leaves becomes noise. */
import { packLatents, unpackLatents } from "../models/packing.ts";
import type { Tensor } from "../onnx/session.ts";
import type { SamplingMap } from "./paper-affine.ts";
import type { RegionPath } from "./region-goals.ts";
import type { Planes, Size2 } from "./resize.ts";

export interface CopyRequest {
  /** Inverted latents [h, w, 64] at time `t`. */
  readonly latents: Tensor;
  readonly t: number;
  readonly cut: Size2;
  readonly regions: readonly RegionPath[];
  /** 1 where latents may change, [h, w, 64]. */
  readonly editable: Tensor;
  /** Standard normal, as many as latents. */
  readonly noise: Float32Array;
}

/** The whole way; later iterations stay there. */
const END = Number.MAX_SAFE_INTEGER;

/** A latent that no region leaves or reaches, or that may not change, keeps its value. */
export function copyStart({ latents, t, cut, regions, editable, noise }: CopyRequest): Tensor {
  const [h = 0, w = 0] = latents.shape;
  const grid = { h, w };
  const [rows, columns] = [2 * h, 2 * w];
  const scale: Size2 = [cut[0] / rows, cut[1] / columns];
  const from = unpackLatents(latents.data, grid);
  const random = unpackLatents(noise, grid);
  const out = from.slice();
  const plane = rows * columns;
  const channels = from.length / plane;
  for (let i = 0; i < plane; i++) {
    const place = cutPlace(i % columns, Math.floor(i / columns), scale);
    const source = sourceOf(place, regions);
    if (source === undefined && !regions.some(({ region }) => inside(region, place))) continue;
    const at = source && latentPlace(source, scale, rows, columns);
    for (let c = 0; c < channels; c++) {
      out[c * plane + i] = at === undefined ? t * (random[c * plane + i] ?? 0) : (from[c * plane + at] ?? 0);
    }
  }
  const packed = packLatents(out, grid);
  const data = latents.data.map((value, i) => (editable.data[i] ? (packed[i] ?? value) : value));
  return { shape: latents.shape, data };
}

type Place = readonly [x: number, y: number];

/** Centre of a latent in cut pixels with centres at integers. */
function cutPlace(x: number, y: number, [sy, sx]: Size2): Place {
  return [(x + 0.5) * sx - 0.5, (y + 0.5) * sy - 0.5];
}

function latentPlace([x, y]: Place, [sy, sx]: Size2, rows: number, columns: number): number {
  const column = Math.min(Math.max(Math.floor((x + 0.5) / sx), 0), columns - 1);
  const row = Math.min(Math.max(Math.floor((y + 0.5) / sy), 0), rows - 1);
  return row * columns + column;
}

/** Where the last region that covers the place reads from. */
function sourceOf(place: Place, regions: readonly RegionPath[]): Place | undefined {
  const places = regions.map(({ region, mapAt }) => ({ region, at: mapped(mapAt(END), place) }));
  return places.findLast(({ region, at }) => inside(region, at))?.at;
}

function mapped([a, b, c, d, e, f]: SamplingMap, [x, y]: Place): Place {
  return [a * x + b * y + c, d * x + e * y + f];
}

function inside({ width, height, data }: Planes, [x, y]: Place): boolean {
  const [column, row] = [Math.round(x), Math.round(y)];
  if (column < 0 || row < 0 || column >= width || row >= height) return false;
  return (data[row * width + column] ?? 0) > 0.5;
}
