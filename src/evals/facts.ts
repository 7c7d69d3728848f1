/** What an edit turned out to be, as far as expectations ask: enough to judge it again without its pictures. */
import { apply } from "../engine/geometry/affine.ts";
import type { Affine, Mask, Point } from "../engine/raster.ts";
import type { ResolvedOperation } from "../engine/recipe/resolve.ts";
import type { Motion } from "../engine/recipe/schema.ts";

export interface OperationFacts {
  readonly type: Motion["type"];
  /** Degrees clockwise from right; absent for a centroid that stays. */
  readonly direction?: number;
  /** Degrees clockwise. */
  readonly turn: number;
}

export interface Facts {
  readonly operations: readonly OperationFacts[];
  /** Of all regions together with the expected one, 0–1; absent where none is expected. */
  readonly iou?: number;
}

export function operationFacts({ motion, affine, centroid }: ResolvedOperation): OperationFacts {
  const direction = directionOf(affine, centroid);
  return { type: motion.type, turn: turnOf(affine), ...(direction === undefined ? {} : { direction }) };
}

/** Where the centroid goes, degrees clockwise from right on the screen; undefined for less than half a pixel. */
export function directionOf(affine: Affine, centroid: Point): number | undefined {
  const [x, y] = apply(affine, centroid);
  const [dx, dy] = [x - centroid[0], y - centroid[1]];
  return Math.hypot(dx, dy) < 0.5 ? undefined : degreesOf(dx, dy);
}

/** How far the map turns the x axis, degrees clockwise on the screen. */
export function turnOf([a, , , d]: Affine): number {
  return degreesOf(a, d);
}

function degreesOf(x: number, y: number): number {
  return (Math.atan2(y, x) * 180) / Math.PI;
}

/** Intersection over union of two masks of one size, 0–1; 0 where both are empty. */
export function iou(a: Mask, b: Mask): number {
  let [both, either] = [0, 0];
  a.data.forEach((value, i) => {
    const [left, right] = [value > 127, (b.data[i] ?? 0) > 127];
    if (left && right) both++;
    if (left || right) either++;
  });
  return either === 0 ? 0 : both / either;
}
