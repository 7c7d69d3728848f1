/** What should move along with a region, and does so already. */
import type { Box } from "../geometry/affine.ts";
import { moving, type Operation } from "./operations.ts";

/** Pixels that the box of a region may differ from that of the polygon it was made of. */
const NEAR = 8;

export function movesAlong(polygon: readonly (readonly number[])[], beside: Operation): boolean {
  const [xs, ys] = [polygon.map(([x = 0]) => x), polygon.map(([, y = 0]) => y)];
  const box: Box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  return moving.value.some(({ key, region }) => key !== beside.key && isNear(region.box, box));
}

function isNear(a: Box, b: Box): boolean {
  return a.every((side, i) => Math.abs(side - (b[i] ?? 0)) <= NEAR);
}
