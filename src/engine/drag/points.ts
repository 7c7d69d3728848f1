/** The point baseline on the same features: motion supervision of a small patch and nearest-feature tracking, as in
 * DragGAN (Pan et al. 2023, §3.2–3.3) and DragDiffusion (Shi et al. 2024, §3.3). For the ablation of regions. */
import type { CutFeatures, FeatureGoal } from "./model.ts";
import type { SamplingMap } from "./paper-affine.ts";
import type { RegionPath } from "./region-goals.ts";
import type { Planes, Size2 } from "./resize.ts";
import type { CutBox } from "./warp-box.ts";

/** Pixels of the cut size, x before y. */
export type CutPoint = readonly [x: number, y: number];

export interface Handle {
  /** Where the feature of `start` is found now. */
  readonly at: CutPoint;
  readonly target: CutPoint;
  /** Feature of the source at the handle's start, [channels]. */
  readonly template: Float32Array;
  /** Every patch together weighs as its region would. */
  readonly weight: number;
}

/** DragGAN's radii of the supervised patch and of the search, on feature maps of this size. */
const PATCH = 3;
const SEARCH = 12;
const IDENTITY: SamplingMap = [1, 0, 0, 0, 1, 0];

/** The centroid of every region; for motions that are no translation its four extremes besides. */
export async function startHandles(regions: readonly RegionPath[], source: CutFeatures): Promise<Handle[]> {
  const handles: Handle[] = [];
  for (const { region, weight, mapAt } of regions) {
    const map = mapAt(Number.MAX_SAFE_INTEGER);
    const { points, area } = handlePoints(region, isTranslation(map));
    const share = weight * Math.max(1, area / (points.length * (2 * PATCH + 1) ** 2));
    for (const start of points) {
      const template = await source.warp(IDENTITY, { x: start[0], y: start[1], width: 1, height: 1 });
      handles.push({ at: start, target: forward(map, start), template, weight: share });
    }
  }
  return handles;
}

/** Every handle moved to the pixel near it whose feature is closest (L1) to its template. */
export async function track(handles: readonly Handle[], now: CutFeatures, cut: Size2): Promise<Handle[]> {
  return Promise.all(
    handles.map(async (handle) => {
      const box = around(handle.at, SEARCH, cut);
      return { ...handle, at: nearest(await now.warp(IDENTITY, box), box, handle.template) };
    }),
  );
}

/** The patch around every handle must appear one pixel (or what is left) nearer to the target; arrived ones ask for
 * nothing. */
export function pointGoals(handles: readonly Handle[], now: CutFeatures, cut: Size2): FeatureGoal[] {
  return handles.flatMap(({ at, target, weight }) => {
    const [dx, dy] = [target[0] - at[0], target[1] - at[1]];
    const distance = Math.hypot(dx, dy);
    if (distance < 0.5) return [];
    const step = Math.min(1, distance) / distance;
    const box = around([Math.round(at[0] + dx * step), Math.round(at[1] + dy * step)], PATCH, cut);
    const mask = new Float32Array(box.width * box.height).fill(1);
    const map: SamplingMap = [1, 0, -dx * step, 0, 1, -dy * step];
    return [{ box, mask, map, source: now, weight }];
  });
}

/** Mean distance of the handles to their targets, in cut pixels. */
export function distanceLeft(handles: readonly Handle[]): number {
  const all = handles.map(({ at, target }) => Math.hypot(target[0] - at[0], target[1] - at[1]));
  return all.reduce((sum, distance) => sum + distance, 0) / Math.max(1, all.length);
}

function handlePoints({ width, data }: Planes, centroidOnly: boolean): { points: CutPoint[]; area: number } {
  const inside: CutPoint[] = [];
  for (let i = 0; i < data.length; i++) if ((data[i] ?? 0) > 0.5) inside.push([i % width, Math.floor(i / width)]);
  if (inside.length === 0) return { points: [], area: 0 };
  const mean = (axis: 0 | 1) => Math.round(inside.reduce((sum, point) => sum + point[axis], 0) / inside.length);
  const centre: CutPoint = [mean(0), mean(1)];
  const extreme = (score: (point: CutPoint) => number) =>
    inside.reduce((best, point) => (score(point) > score(best) ? point : best));
  const extremes = [([x]: CutPoint) => x, ([x]: CutPoint) => -x, ([, y]: CutPoint) => y, ([, y]: CutPoint) => -y];
  const points = centroidOnly ? [centre] : [centre, ...extremes.map(extreme)];
  return { points, area: inside.length };
}

function isTranslation([a, b, , d, e]: SamplingMap): boolean {
  return Math.abs(a - 1) + Math.abs(b) + Math.abs(d) + Math.abs(e - 1) < 1e-9;
}

/** Where a source point goes, for the map that says where each place reads from. */
function forward([a, b, c, d, e, f]: SamplingMap, [x, y]: CutPoint): CutPoint {
  const determinant = a * e - b * d;
  return [(e * (x - c) - b * (y - f)) / determinant, (a * (y - f) - d * (x - c)) / determinant];
}

function around([x, y]: CutPoint, radius: number, [rows, columns]: Size2): CutBox {
  const side = (limit: number) => Math.min(2 * radius + 1, limit);
  const start = (centre: number, limit: number) =>
    Math.min(Math.max(Math.round(centre) - radius, 0), limit - side(limit));
  return { x: start(x, columns), y: start(y, rows), width: side(columns), height: side(rows) };
}

function nearest(features: Float32Array, box: CutBox, template: Float32Array): CutPoint {
  const count = box.width * box.height;
  const distances = new Float64Array(count);
  for (const [c, wanted] of template.entries()) {
    for (let i = 0; i < count; i++)
      distances[i] = (distances[i] ?? 0) + Math.abs((features[c * count + i] ?? 0) - wanted);
  }
  const best = distances.indexOf(Math.min(...distances));
  return [box.x + (best % box.width), box.y + Math.floor(best / box.width)];
}
