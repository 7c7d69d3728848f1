/** Whether a fill looks like its surroundings: how far its patches are from the nearest patches around it. */
import { areaPixels, boundingBox, dilate, erode, subtract, union } from "../geometry/mask.ts";
import type { Mask, Rgb } from "../raster.ts";
import { nearestAmong, PATCH, type Patch } from "./nearest-patch.ts";
import { cropMask, cropRgb, fitWithin, growBox, resizeMask, resizeRgb } from "./resample.ts";

const EDGE = 160;
const HOLE_SAMPLES = 220;
const SOURCE_SAMPLES = 1600;
/** RMS levels below which a difference is not seen; keeps flat skies from demanding the impossible. */
const UNSEEN = 3;

/**
 * 1 when patches of the vacated area are as near to patches of the untouched surroundings as those are to one another,
 * towards 0 for noise and smear that occur nowhere around. 1 when nothing was vacated.
 */
export function plausibleMeter(
  before: Rgb,
  { source, target, vacated }: { source: Mask; target: Mask; vacated: Mask },
): (after: Rgb) => number {
  const box = boundingBox(vacated);
  if (box === null) return () => 1;
  const pad = Math.max(24, Math.round(0.5 * Math.max(box[2] - box[0], box[3] - box[1])));
  const around = growBox(box, pad, before);
  const { width, height } = fitWithin(around[2] - around[0], around[3] - around[1], EDGE);
  const mask = (part: Mask) => resizeMask(cropMask(part, around), width, height);
  const picture = (rgb: Rgb) => resizeRgb(cropRgb(rgb, around), width, height);
  const [hole, thing, moved] = [mask(vacated), mask(source), mask(target)];
  const shown = subtract(hole, dilate(moved, 1));
  const free = subtract(dilate(hole, EDGE), dilate(union(union(hole, thing), moved), PATCH));
  const natural = patchesIn(picture(before), inner(free), SOURCE_SAMPLES);
  if (natural.length < 2) return () => 1;
  const nearest = nearestAmong(natural);
  const usual = mean(thinned(natural, HOLE_SAMPLES).map(nearest));
  return (after) => {
    const filled = patchesIn(picture(after), shown, HOLE_SAMPLES);
    return filled.length === 0 ? 1 : Math.min(1, (usual + UNSEEN) / (mean(filled.map(nearest)) + UNSEEN));
  };
}

function inner(mask: Mask): Mask {
  const eroded = erode(mask, Math.floor(PATCH / 2) + 1);
  return areaPixels(eroded) === 0 ? mask : eroded;
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
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] as number; // inside its length
  return { x, y, values, total };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
