/**
 * patch_distance: MD_1 without a network. Up to five textured patches of each moved region are searched in the editable area
 * of the result by normalised cross-correlation; the number is the mean distance in pixels from where they should be. Lower
 * is better; doing nothing gives about the length of the way, for motions that do not turn or scale far. Noise: none. Source:
 * this project's own, after MD_1. Absent for regions without any texture.
 */
import { erode } from "../../engine/geometry/mask.ts";
import { bestPixel } from "../../engine/metrics/match.ts";
import type { Mask } from "../../engine/raster.ts";
import type { Sample } from "../sample.ts";
import { NO_NOISE, type Scorer } from "../scorer.ts";
import { expectedIn } from "./expected.ts";
import { lumaOf, type Plane } from "./luma.ts";

const RADIUS = 10;
/** Every second pixel of a patch is enough. */
const STRIDE = 2;
const SIDE = RADIUS / STRIDE;
const PATCHES = 5;
/** Least standard deviation of a patch in levels: below it correlation compares noise. */
const TEXTURE = 6;

export const patchDistance: Scorer = {
  name: "patch_distance",
  label: "patch px",
  direction: "down",
  unit: "px",
  digits: 1,
  source: "this project's own, after MD_1: textured patches of 21 pixels by normalised cross-correlation",
  noise: NO_NOISE,
  score(sample) {
    const [wanted, found] = [lumaOf(expectedIn(sample, "target")), lumaOf(sample.result.rgb)];
    const apart = sample.regions
      .flatMap(({ target }) => texturedPlaces(wanted, erode(target, RADIUS / 2)))
      .map((place) => distanceOf(sample, wanted, found, place));
    return apart.length === 0 ? undefined : apart.reduce((sum, value) => sum + value, 0) / apart.length;
  },
};

type Place = readonly [x: number, y: number];

/** The places with the strongest texture, a patch apart from each other. */
function texturedPlaces(plane: Plane, where: Mask): Place[] {
  const candidates: { readonly place: Place; readonly strength: number }[] = [];
  for (let y = 0; y < plane.height; y += 4) {
    for (let x = 0; x < plane.width; x += 4) {
      if ((where.data[y * plane.width + x] ?? 0) <= 127) continue;
      const strength = deviation(patch(plane, x, y));
      if (strength >= TEXTURE) candidates.push({ place: [x, y], strength });
    }
  }
  const chosen: Place[] = [];
  for (const { place } of candidates.sort((a, b) => b.strength - a.strength)) {
    if (chosen.length === PATCHES) break;
    if (chosen.every(([x, y]) => Math.hypot(x - place[0], y - place[1]) > 2 * RADIUS)) chosen.push(place);
  }
  return chosen;
}

function distanceOf({ editable }: Sample, wanted: Plane, found: Plane, place: Place): number {
  const query = patch(wanted, place[0], place[1]);
  const counts = (x: number, y: number) => (editable.data[y * editable.width + x] ?? 0) > 127;
  const alike = (x: number, y: number) => correlation(query, patch(found, x, y));
  const [x, y] = bestPixel([found.height, found.width], counts, alike);
  return Math.hypot(x - place[0], y - place[1]);
}

/** Zero mean; the border is repeated. */
function patch({ width, height, data }: Plane, cx: number, cy: number): Float64Array {
  const values = new Float64Array((2 * SIDE + 1) ** 2);
  let [i, sum] = [0, 0];
  for (let dy = -RADIUS; dy <= RADIUS; dy += STRIDE) {
    const row = Math.min(Math.max(cy + dy, 0), height - 1) * width;
    for (let dx = -RADIUS; dx <= RADIUS; dx += STRIDE) {
      const value = data[row + Math.min(Math.max(cx + dx, 0), width - 1)] ?? 0;
      values[i++] = value;
      sum += value;
    }
  }
  const mean = sum / values.length;
  return values.map((value) => value - mean);
}

/** Of a patch with zero mean. */
function deviation(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

function correlation(a: Float64Array, b: Float64Array): number {
  let [dot, squareA, squareB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0];
    dot += x * y;
    squareA += x * x;
    squareB += y * y;
  }
  return dot / (Math.sqrt(squareA * squareB) + 1e-6);
}
