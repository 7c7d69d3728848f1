/** Whether the object lies where it should: points of the truth's object, looked for in the result. */

import { boundingBox, erode } from "../../../engine/geometry/mask.ts";
import type { Mask, Rgb } from "../../../engine/raster.ts";

const REACH = 16;
const RADIUS = 7;
const POINTS = 5;

/** Mean distance, in pixels of the picture, between a point of the truth's object and where the 15×15 pixels around it
 * are found in the result; looked for at most 16 pixels away in each direction. */
export function meanDistance(result: Rgb, truth: Rgb, target: Mask): number | undefined {
  const distances = pointsOf(target).map(([x, y]) => displacement(result, truth, x, y));
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

function displacement(result: Rgb, truth: Rgb, x: number, y: number): number {
  let best = { difference: Number.POSITIVE_INFINITY, distance: 0 };
  for (let dy = -REACH; dy <= REACH; dy++) {
    for (let dx = -REACH; dx <= REACH; dx++) {
      const difference = windowDifference(result, truth, x, y, dx, dy);
      const distance = Math.hypot(dx, dy);
      if (difference < best.difference || (difference === best.difference && distance < best.distance)) {
        best = { difference, distance };
      }
    }
  }
  return best.distance;
}

/** Every second pixel of the window, its green; mean square over those inside the picture. */
function windowDifference(result: Rgb, truth: Rgb, x: number, y: number, dx: number, dy: number): number {
  let sum = 0;
  let count = 0;
  for (let v = -RADIUS; v <= RADIUS; v += 2) {
    for (let u = -RADIUS; u <= RADIUS; u += 2) {
      const own = greenAt(result, x + u + dx, y + v + dy);
      const wanted = greenAt(truth, x + u, y + v);
      if (own === undefined || wanted === undefined) continue;
      sum += (own - wanted) ** 2;
      count++;
    }
  }
  return count < 16 ? Number.POSITIVE_INFINITY : sum / count;
}

function greenAt({ width, height, data }: Rgb, x: number, y: number): number | undefined {
  return x < 0 || y < 0 || x >= width || y >= height ? undefined : data[3 * (y * width + x) + 1];
}
