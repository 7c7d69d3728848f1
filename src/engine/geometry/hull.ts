/** Convex hulls and the smallest rectangle around them. */
import type { Mask, Point } from "../raster.ts";
import { rowExtent } from "./coverage.ts";

/** Corners of the convex hull, clockwise on the screen (Andrew's monotone chain); fewer than 3 when it has no area. */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((p, q) => p[0] - q[0] || p[1] - q[1]);
  const first = sorted[0];
  const last = sorted.at(-1);
  if (!first || !last) return [];
  if (first[0] === last[0] && first[1] === last[1]) return [first];
  const there = chain(sorted);
  const back = chain(sorted.reverse());
  return [...there.slice(0, -1), ...back.slice(0, -1)];
}

function chain(sorted: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const point of sorted) {
    while (kept.length > 1 && cross(kept.at(-2), kept.at(-1), point) <= 0) kept.pop();
    kept.push(point);
  }
  return kept;
}

function cross(o: Point = [0, 0], a: Point = [0, 0], b: Point = [0, 0]): number {
  return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);
}

/** Hull of the mask's pixels as unit squares, so that it contains their corners. */
export function maskHull({ width, height, data }: Mask): Point[] {
  const corners: Point[] = [];
  for (let y = 0; y < height; y++) {
    const [first, last] = rowExtent(data, y * width, width);
    if (first >= 0) corners.push([first, y], [first, y + 1], [last + 1, y], [last + 1, y + 1]);
  }
  return convexHull(corners);
}

export type Quad = readonly [Point, Point, Point, Point];

/**
 * The rectangle of least area that contains the points, as its corners in order. One of its sides lies along a side of
 * the hull, so rotating calipers visit each hull side once. @throws TypeError without points.
 */
export function minAreaRect(points: readonly Point[]): Quad {
  const hull = convexHull(points);
  const [first, second] = hull;
  if (!first) throw new TypeError("Expected at least one point, got none");
  if (!second) return [first, first, first, first];
  if (hull.length === 2) return [first, second, second, first];
  return smallestOver(hull);
}

function smallestOver(hull: readonly Point[]): Quad {
  const calipers = { right: 1, far: 1, left: 1 };
  let best: { area: number; rect: Point[] } = { area: Number.POSITIVE_INFINITY, rect: [] };
  for (let i = 0; i < hull.length; i++) {
    const u = unit(corner(hull, i), corner(hull, i + 1));
    const v: Point = [-u[1], u[0]];
    calipers.right = climb(hull, Math.max(calipers.right, i + 1), u);
    calipers.far = climb(hull, Math.max(calipers.far, calipers.right), v);
    calipers.left = climb(hull, Math.max(calipers.left, calipers.far), [-u[0], -u[1]]);
    const candidate = rectangle(hull, i, calipers, u, v);
    if (candidate.area < best.area) best = candidate;
  }
  // A hull has at least three sides, so one candidate of four corners was taken.
  return best.rect as unknown as Quad;
}

/** Walks the hull while the next corner reaches further along `axis`: the projection has one peak on a convex outline. */
function climb(hull: readonly Point[], from: number, axis: Point): number {
  let i = from;
  const end = from + hull.length;
  while (i < end && dot(corner(hull, i + 1), axis) > dot(corner(hull, i), axis)) i++;
  return i;
}

interface Calipers {
  right: number;
  far: number;
  left: number;
}

function rectangle(hull: readonly Point[], i: number, calipers: Calipers, u: Point, v: Point) {
  const low = dot(corner(hull, i), v);
  const high = dot(corner(hull, calipers.far), v);
  const left = dot(corner(hull, calipers.left), u);
  const right = dot(corner(hull, calipers.right), u);
  const point = (s: number, t: number): Point => [s * u[0] + t * v[0], s * u[1] + t * v[1]];
  const rect = [point(left, low), point(right, low), point(right, high), point(left, high)];
  return { area: (right - left) * (high - low), rect };
}

function corner(hull: readonly Point[], i: number): Point {
  return hull[i % hull.length] ?? [0, 0];
}

function unit([ax, ay]: Point, [bx, by]: Point): Point {
  const length = Math.hypot(bx - ax, by - ay);
  return [(bx - ax) / length, (by - ay) / length];
}

function dot(a: Point, b: Point): number {
  return a[0] * b[0] + a[1] * b[1];
}
