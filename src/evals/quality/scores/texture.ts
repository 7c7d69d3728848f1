/** Texture without layout: whether a fill is made of the right stuff, wherever that stuff lies. */
import type { Mask, Rgb } from "../../../engine/raster.ts";
import { normal, uniform } from "../random.ts";
import { blur, meanIn, type Plane } from "./plane.ts";

const EDGE = 7;
const VALUES = EDGE * EDGE * 3;
const PROJECTIONS = 48;
/** Patches compared at most: taken evenly from the zone. */
const HOLE_PATCHES = 160;
const AROUND_PATCHES = 1500;

/** Root-mean-square of what a blur of 1.5 pixels removes, relative to the truth's: 1 is ideal, 0 is smear. */
export function detailRatio(result: Plane, truth: Plane, zone: Mask): number | undefined {
  const [own, wanted] = [detail(result, zone), detail(truth, zone)];
  return own === undefined || wanted === undefined ? undefined : own / Math.max(wanted, 1e-3);
}

function detail(plane: Plane, zone: Mask): number | undefined {
  const smooth = blur(plane, 1.5).data;
  const energy = meanIn(zone.data, (i) => ((plane.data[i] ?? 0) - (smooth[i] ?? 0)) ** 2);
  return energy === undefined ? undefined : Math.sqrt(energy);
}

/** Sliced Wasserstein distance of the zone's 7×7 patches, in levels (per value of a patch): 0 is the same stuff. */
export function slicedWasserstein(result: Rgb, truth: Rgb, zone: Mask): number | undefined {
  const at = centres(zone, 4096);
  if (at.length === 0) return undefined;
  const [own, wanted] = [at.map((i) => patch(result, i)), at.map((i) => patch(truth, i))];
  const next = normal(7);
  let sum = 0;
  for (let k = 0; k < PROJECTIONS; k++) {
    const direction = unit(next);
    const [a, b] = [projected(own, direction), projected(wanted, direction)];
    sum += a.reduce((total, value, i) => total + Math.abs(value - (b[i] ?? 0)), 0) / a.length;
  }
  return sum / PROJECTIONS;
}

function unit(next: () => number): Float32Array {
  const direction = Float32Array.from({ length: VALUES }, next);
  const length = Math.hypot(...direction);
  return direction.map((value) => value / length);
}

function projected(patches: readonly Float32Array[], direction: Float32Array): Float32Array {
  return Float32Array.from(patches, (values) => {
    let sum = 0;
    for (let i = 0; i < VALUES; i++) sum += (values[i] ?? 0) * (direction[i] ?? 0);
    return sum;
  }).sort();
}

/** Mean root-mean-square distance, in levels, from the zone's patches to the likeliest patch of the truth around it. */
export function patchDistance(result: Rgb, truth: Rgb, zone: Mask, around: Mask): number | undefined {
  const own = centres(zone, HOLE_PATCHES).map((i) => patch(result, i));
  const known = centres(around, AROUND_PATCHES).map((i) => patch(truth, i));
  if (own.length === 0 || known.length === 0) return undefined;
  return own.reduce((sum, values) => sum + nearest(values, known), 0) / own.length;
}

function nearest(values: Float32Array, known: readonly Float32Array[]): number {
  let best = Number.POSITIVE_INFINITY;
  for (const other of known) {
    let sum = 0;
    for (let i = 0; i < VALUES && sum < best; i++) sum += ((values[i] ?? 0) - (other[i] ?? 0)) ** 2;
    best = Math.min(best, sum);
  }
  return Math.sqrt(best / VALUES);
}

/** At most `count` pixels of the zone whose patch lies inside the picture, drawn by a fixed seed. */
function centres({ width, height, data }: Mask, count: number): number[] {
  const all: number[] = [];
  const r = (EDGE - 1) / 2;
  data.forEach((value, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    if (value > 127 && x >= r && y >= r && x < width - r && y < height - r) all.push(i);
  });
  const share = count / all.length;
  const next = uniform(3);
  return share >= 1 ? all : all.filter(() => next() < share);
}

function patch({ width, data }: Rgb, centre: number): Float32Array {
  const out = new Float32Array(VALUES);
  const r = (EDGE - 1) / 2;
  for (let dy = -r, to = 0; dy <= r; dy++) {
    const from = 3 * (centre + dy * width - r);
    for (let k = 0; k < 3 * EDGE; k++) out[to++] = data[from + k] ?? 0;
  }
  return out;
}
