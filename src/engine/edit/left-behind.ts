/** Does something on the ground belong to a region: a shadow that touches its lower border, a mirror image below it?
 * Both are judged from the pixels alone, on a small view, and only meant for a warning. */
import { boundingBox, dilate } from "../geometry/mask.ts";
import type { Box, Mask } from "../raster.ts";

/** The view: a crop around the region, at most about 200 px long; coordinates below are its pixels. */
export interface Surroundings {
  /** [H, W, 3] of the picture, as `labOf` gives it. */
  readonly lab: Float32Array;
  readonly region: Mask;
}

/** A shadow is darker than the ground by this share of its lightness … */
const DARKER = 0.8;
/** … of the colour it would have with less light (Lab steps of a and b; skylight tints a little) … */
const HUE = 10;
/** … and not more colourful than it (Lab steps of chroma). */
const COLOURFUL = 3;
/** Ground that is darker than this shows no shadow. */
const DARKEST_GROUND = 18;
/** Pixels of ground below which nothing can be said. */
const FEW = 20;

/**
 * 0–1: share of the columns under the region whose next pixels below are a darker, duller version of the ground
 * farther out.
 */
export function shadowShare({ lab, region }: Surroundings): number {
  const { box, height } = extentOf(region);
  const reach = reachOf(height);
  // Two pixels of distance, so that a region drawn a little tightly does not make a shadow of its own rim.
  const near = dilate(region, 2);
  const ground = groundAround(lab, region);
  if (ground === undefined) return 0;
  let [columns, dark] = [0, 0];
  for (let x = box[0]; x < box[2]; x++) {
    const bottom = lowestIn(near, x);
    if (bottom === undefined || bottom + reach >= region.height || bottom < box[3] - 0.4 * height) continue;
    columns++;
    if (isShaded(meanBelow(lab, region.width, x, bottom, reach), ground)) dark++;
  }
  return columns === 0 ? 0 : dark / columns;
}

export type Lab = readonly [l: number, a: number, b: number];

/** The ground's colour beyond where a contact shadow reaches; undefined where too little of it shows or it is night. */
export function groundAround(lab: Float32Array, region: Mask): Lab | undefined {
  const { box, height } = extentOf(region);
  const reach = reachOf(height);
  const far = dilate(region, 2 + 2 * reach);
  const pixels = between(far, dilate(region, 2 + 4 * reach), box[3] - 0.4 * height);
  const ground = medianColour(lab, pixels);
  return pixels.length < FEW || ground[0] < DARKEST_GROUND ? undefined : ground;
}

function reachOf(height: number): number {
  return Math.max(3, Math.round(0.1 * height));
}

/** Whether a colour is the ground's with less light. */
export function isShaded([l, a, b]: Lab, [groundL, groundA, groundB]: Lab): boolean {
  const duller = Math.hypot(a, b) <= Math.hypot(groundA, groundB) + COLOURFUL;
  // Less light scales L + 16, a and b alike (they are differences of cube roots).
  const dimmed = (l + 16) / (groundL + 16);
  return l < DARKER * groundL && duller && Math.hypot(a - dimmed * groundA, b - dimmed * groundB) < HUE;
}

/** Pixels between two outlines, below `top`: the ground around, wherever the shadow falls. */
function between(inner: Mask, outer: Mask, top: number): number[] {
  const pixels: number[] = [];
  outer.data.forEach((value, i) => {
    if (value > 127 && (inner.data[i] ?? 0) <= 127 && i / outer.width >= top) pixels.push(i);
  });
  return pixels;
}

function medianColour(lab: Float32Array, pixels: readonly number[]): Lab {
  const sorted = (c: number): number[] => pixels.map((i) => lab[3 * i + c] ?? 0).sort((a, b) => a - b);
  const median = (c: number): number => sorted(c)[pixels.length >> 1] ?? 0;
  return [median(0), median(1), median(2)];
}

function meanBelow(lab: Float32Array, width: number, x: number, bottom: number, reach: number): Lab {
  const sum: [number, number, number] = [0, 0, 0];
  for (let y = bottom + 1; y <= bottom + reach; y++) {
    for (let c = 0; c < 3; c++) sum[c] = (sum[c] ?? 0) + (lab[3 * (y * width + x) + c] ?? 0) / reach;
  }
  return sum;
}

/** Below this many levels of deviation there is nothing that could be mirrored. */
const FLAT = 6;

export interface Mirror {
  /** −1–1: correlation of what lies under the region with the region's own lower part turned upside down. */
  readonly likeness: number;
  /** Row of the view in which the region meets its image. */
  readonly axis: number;
}

export function bestMirror({ lab, region }: Surroundings): Mirror {
  const { box, height } = extentOf(region);
  const slack = Math.max(1, Math.round(0.06 * height));
  let best: Mirror = { likeness: -1, axis: box[3] };
  for (let axis = box[3] - slack; axis <= box[3] + slack; axis++) {
    const depth = Math.min(Math.round(0.7 * height), region.height - axis);
    if (depth < 0.3 * height || depth < 6) continue;
    const likeness = mirrored(lab, region, box, axis, depth);
    if (likeness > best.likeness) best = { likeness, axis };
  }
  return best;
}

/** Correlation of lightness over the pixels of the region above `axis` and their mirror places below it. */
function mirrored(lab: Float32Array, { width, data }: Mask, box: Box, axis: number, depth: number): number {
  const most = depth * (box[2] - box[0]);
  const [region, mirror] = [new Float32Array(most), new Float32Array(most)];
  let count = 0;
  for (let k = 0; k < depth; k++) {
    for (let x = box[0]; x < box[2]; x++) {
      const [above, below] = [(axis - 1 - k) * width + x, (axis + k) * width + x];
      if ((data[below] ?? 0) > 127) continue;
      region[count] = lab[3 * above] ?? 0;
      mirror[count++] = lab[3 * below] ?? 0;
    }
  }
  return correlation(region, mirror, count);
}

/** Of the first `count` numbers, which both lists have. */
function correlation(first: Float32Array, second: Float32Array, count: number): number {
  const n = Math.max(1, count);
  const [ma, mb] = [sumOf(first, count) / n, sumOf(second, count) / n];
  let [aa, bb, ab] = [0, 0, 0];
  for (let k = 0; k < count; k++) {
    const a = (first[k] as number) - ma;
    const b = (second[k] as number) - mb;
    aa += a * a;
    bb += b * b;
    ab += a * b;
  }
  if (Math.sqrt(aa / n) < FLAT || Math.sqrt(bb / n) < FLAT / 2) return 0;
  return ab / Math.sqrt(aa * bb);
}

function sumOf(values: Float32Array, count: number): number {
  let sum = 0;
  for (let k = 0; k < count; k++) sum += values[k] as number;
  return sum;
}

/** The region's box and its height. */
export function extentOf(region: Mask): { box: Box; height: number } {
  const box = boundingBox(region) ?? [0, 0, 0, 0];
  return { box, height: box[3] - box[1] };
}

/** The lowest row of the mask in a column. */
function lowestIn({ width, height, data }: Mask, x: number): number | undefined {
  for (let y = height - 1; y >= 0; y--) if ((data[y * width + x] ?? 0) > 127) return y;
  return undefined;
}
