/**
 * patch_distance: MD_1 without a network: where the patch of pixels around each dragged point is found again in the
 * editable area of the result, by normalised cross-correlation. Lower is better; pixels; doing nothing gives the length of
 * the way. It finds what was moved as it is, not what was turned, scaled or bent far. Noise: none. Source: this project's
 * own, after MD_1.
 */
import type { DraggedPoint } from "../../engine/metrics/match.ts";
import { bestPixel } from "../../engine/metrics/match.ts";
import type { Sample } from "../sample.ts";
import { NO_NOISE, type Scorer } from "../scorer.ts";
import { lumaOf, type Plane } from "./luma.ts";
import { draggedPoints } from "./mean-distance.ts";

const RADIUS = 10;
/** Every second pixel of a patch is enough. */
const STRIDE = 2;

export const patchDistance: Scorer = {
  name: "patch_distance",
  label: "patch px",
  direction: "down",
  unit: "px",
  digits: 1,
  source: "this project's own, after MD_1: patches of 21 pixels by normalised cross-correlation",
  noise: NO_NOISE,
  score(sample) {
    const [before, after] = [lumaOf(sample.original.rgb), lumaOf(sample.result.rgb)];
    const apart = draggedPoints(sample).map((point) => distanceOf(sample, before, after, point));
    return apart.reduce((sum, value) => sum + value, 0) / apart.length;
  },
};

function distanceOf({ editable }: Sample, before: Plane, after: Plane, { begin, target }: DraggedPoint): number {
  const query = patch(before, begin[0], begin[1]);
  const counts = (x: number, y: number) => (editable.data[y * editable.width + x] ?? 0) > 127;
  const alike = (x: number, y: number) => correlation(query, patch(after, x, y));
  const [x, y] = bestPixel([after.height, after.width], counts, alike);
  return Math.hypot(x - target[0], y - target[1]);
}

/** Zero mean; the border is repeated. */
function patch({ width, height, data }: Plane, cx: number, cy: number): Float64Array {
  const side = RADIUS / STRIDE;
  const values = new Float64Array((2 * side + 1) ** 2);
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
