/** Whether a fill looks like its surroundings: how far its patches are from the nearest patches around it. */
import { areaPixels, boundingBox, dilate, erode, subtract, union } from "../geometry/mask.ts";
import type { Mask, Rgb } from "../raster.ts";
import { cropMask, cropRgb, fitWithin, growBox, resizeMask, resizeRgb } from "./resample.ts";

const EDGE = 160;
const PATCH = 5;
const HOLE_SAMPLES = 220;
const SOURCE_SAMPLES = 1600;
/** RMS levels below which a difference is not seen; keeps flat skies from demanding the impossible. */
const UNSEEN = 3;

/**
 * 1 when patches of the vacated area are as near to patches of the untouched surroundings as those are to one another,
 * towards 0 for noise and smear that occur nowhere around. 1 when nothing was vacated.
 */
export function fillPlausibleOf(
  before: Rgb,
  after: Rgb,
  { source, target, vacated }: { source: Mask; target: Mask; vacated: Mask },
): number {
  const box = boundingBox(vacated);
  if (box === null) return 1;
  const pad = Math.max(24, Math.round(0.5 * Math.max(box[2] - box[0], box[3] - box[1])));
  const around = growBox(box, pad, before);
  const { width, height } = fitWithin(around[2] - around[0], around[3] - around[1], EDGE);
  const mask = (part: Mask) => resizeMask(cropMask(part, around), width, height);
  const [hole, thing, moved] = [mask(vacated), mask(source), mask(target)];
  const was = resizeRgb(cropRgb(before, around), width, height);
  const is = resizeRgb(cropRgb(after, around), width, height);
  const filled = patchesIn(is, subtract(hole, dilate(moved, 1)), HOLE_SAMPLES);
  const free = subtract(dilate(hole, EDGE), dilate(union(union(hole, thing), moved), PATCH));
  const natural = patchesIn(was, inner(free), SOURCE_SAMPLES);
  if (filled.length === 0 || natural.length < 2) return 1;
  const own = thinned(natural, HOLE_SAMPLES);
  const usual = mean(own.map((patch) => nearest(patch, natural)));
  const found = mean(filled.map((patch) => nearest(patch, natural)));
  return Math.min(1, (usual + UNSEEN) / (found + UNSEEN));
}

function inner(mask: Mask): Mask {
  const eroded = erode(mask, Math.floor(PATCH / 2) + 1);
  return areaPixels(eroded) === 0 ? mask : eroded;
}

interface Patch {
  readonly x: number;
  readonly y: number;
  /** PATCH × PATCH × 3 levels. */
  readonly values: Float32Array;
}

/** Evenly spread patches whose centre is in the mask and which lie inside the picture. */
function patchesIn(rgb: Rgb, mask: Mask, most: number): Patch[] {
  const reach = Math.floor(PATCH / 2);
  const centres: number[] = [];
  for (let y = reach; y < rgb.height - reach; y++) {
    for (let x = reach; x < rgb.width - reach; x++)
      if ((mask.data[y * rgb.width + x] ?? 0) > 127) centres.push(y * rgb.width + x);
  }
  return thinned(centres, most).map((centre) => patchAt(rgb, centre % rgb.width, Math.floor(centre / rgb.width)));
}

function thinned<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)] as T); // inside the list
}

function patchAt(rgb: Rgb, x: number, y: number): Patch {
  const values = new Float32Array(PATCH * PATCH * 3);
  const reach = Math.floor(PATCH / 2);
  for (let row = 0; row < PATCH; row++) {
    const from = ((y + row - reach) * rgb.width + x - reach) * 3;
    values.set(rgb.data.subarray(from, from + PATCH * 3), row * PATCH * 3);
  }
  return { x, y, values };
}

/** RMS difference to the nearest patch that does not overlap this one's centre. */
function nearest(patch: Patch, among: readonly Patch[]): number {
  let best = Number.POSITIVE_INFINITY;
  for (const other of among) {
    if (Math.abs(other.x - patch.x) < PATCH && Math.abs(other.y - patch.y) < PATCH) continue;
    best = Math.min(best, squared(patch.values, other.values, best));
  }
  return Number.isFinite(best) ? Math.sqrt(best / patch.values.length) : 0;
}

/** Sum of squares over two patches of the same length, given up once it exceeds `limit`. */
function squared(a: Float32Array, b: Float32Array, limit: number): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    sum += difference * difference;
    if (sum > limit) return sum;
  }
  return sum;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
