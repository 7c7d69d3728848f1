/** Without a truth: does what was at a point show at the point it was dragged to? */
import type { Point, Rgb } from "../../../engine/raster.ts";

const REACH = 16;
const RADIUS = 7;

/** Pixels between `to` and where the 15×15 pixels around `from` in the source are found in the result; looked for at most
 * 16 pixels away from `to` in each direction. */
export function carriedDistance(source: Rgb, result: Rgb, from: Point, to: Point): number {
  const [x, y] = [Math.floor(from[0]), Math.floor(from[1])];
  const [u, v] = [Math.floor(to[0]), Math.floor(to[1])];
  let best = { difference: Number.POSITIVE_INFINITY, distance: REACH };
  for (let dy = -REACH; dy <= REACH; dy++) {
    for (let dx = -REACH; dx <= REACH; dx++) {
      const difference = windowDifference(source, result, [x, y], [u + dx, v + dy]);
      const distance = Math.hypot(dx, dy);
      if (difference < best.difference || (difference === best.difference && distance < best.distance)) {
        best = { difference, distance };
      }
    }
  }
  return best.distance;
}

/** Mean square over every second pixel's green that lies inside both pictures. */
function windowDifference(source: Rgb, result: Rgb, [x, y]: Point, [u, v]: Point): number {
  let sum = 0;
  let count = 0;
  for (let j = -RADIUS; j <= RADIUS; j += 2) {
    for (let i = -RADIUS; i <= RADIUS; i += 2) {
      const wanted = greenAt(source, x + i, y + j);
      const own = greenAt(result, u + i, v + j);
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
