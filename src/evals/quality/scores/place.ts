/** Whether the object lies where it should: points of the truth's object, looked for in the result. */

import { boundingBox, erode } from "../../../engine/geometry/mask.ts";
import type { Mask, Rgb } from "../../../engine/raster.ts";
import { carriedDistance } from "./carried.ts";

const POINTS = 5;

/** Mean distance, in pixels of the picture, between a point of the truth's object and where the 15×15 pixels around it
 * are found in the result; looked for at most 16 pixels away in each direction. */
export function meanDistance(result: Rgb, truth: Rgb, target: Mask): number | undefined {
  const distances = pointsOf(target).map((point) => carriedDistance(truth, result, point, point));
  return distances.length === 0 ? undefined : distances.reduce((a, b) => a + b, 0) / distances.length;
}

function pointsOf(target: Mask): [number, number][] {
  const inner = erode(target, 4);
  const [x0, y0, x1, y1] = boundingBox(inner) ?? [0, 0, 0, 0];
  const points: [number, number][] = [];
  for (let j = 1; j <= POINTS; j++) {
    for (let i = 1; i <= POINTS; i++) {
      const x = Math.round(x0 + ((x1 - x0) * i) / (POINTS + 1));
      const y = Math.round(y0 + ((y1 - y0) * j) / (POINTS + 1));
      if ((inner.data[y * inner.width + x] ?? 0) > 127) points.push([x, y]);
    }
  }
  return points;
}
