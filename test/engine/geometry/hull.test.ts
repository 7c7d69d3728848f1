import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { convexHull, maskHull, minAreaRect, type Quad } from "../../../src/engine/geometry/hull.ts";
import { boxMask, polygonMask } from "../../../src/engine/geometry/polygon.ts";
import type { Point } from "../../../src/engine/raster.ts";

const integer = fc.integer({ min: -40, max: 40 });
// Fractions of a pixel, far above rounding: slivers thinner than that have no direction to measure.
const real = fc.integer({ min: -40_000, max: 40_000 }).map((value) => value / 1000);
const points: fc.Arbitrary<Point[]> = fc.oneof(
  fc.array(fc.tuple(integer, integer), { minLength: 1, maxLength: 30 }),
  fc.array(fc.tuple(real, real), { minLength: 1, maxLength: 30 }),
);

function side([ax, ay]: Point, [bx, by]: Point, [x, y]: Point): number {
  return (bx - ax) * (y - ay) - (by - ay) * (x - ax);
}

function edges(outline: readonly Point[]): [Point, Point][] {
  return outline.map((p, i) => [p, outline[(i + 1) % outline.length] ?? p]);
}

function area(outline: readonly Point[]): number {
  return Math.abs(edges(outline).reduce((sum, [[ax, ay], [bx, by]]) => sum + ax * by - bx * ay, 0)) / 2;
}

function boundingArea(list: readonly Point[]): number {
  const xs = list.map(([x]) => x);
  const ys = list.map(([, y]) => y);
  return (Math.max(...xs) - Math.min(...xs)) * (Math.max(...ys) - Math.min(...ys));
}

describe("convex hull", () => {
  it("keeps only corners", () => {
    expect(
      convexHull([
        [0, 0],
        [2, 0],
        [4, 0],
        [4, 4],
        [2, 2],
        [0, 4],
      ]),
    ).toEqual([
      [0, 0],
      [4, 0],
      [4, 4],
      [0, 4],
    ]);
  });

  it("contains every point, and turns one way", () => {
    fc.assert(
      fc.property(points, (list) => {
        const hull = convexHull(list);
        for (const [a, b] of edges(hull)) for (const p of list) expect(side(a, b, p)).toBeGreaterThanOrEqual(-1e-6);
      }),
    );
  });

  it("goes around a mask's pixels, not their centres", () => {
    expect(maskHull(boxMask([2, 3, 5, 7], { width: 9, height: 9 }))).toEqual([
      [2, 3],
      [5, 3],
      [5, 7],
      [2, 7],
    ]);
    expect(maskHull(boxMask([0, 0, 0, 0], { width: 9, height: 9 }))).toEqual([]);
  });
});

describe("smallest rectangle", () => {
  it("contains all points, and is no larger than the bounding box", () => {
    fc.assert(
      fc.property(points, (list) => {
        const rect = minAreaRect(list);
        expect(area(rect)).toBeLessThanOrEqual(boundingArea(list) + 1e-6);
        for (const p of list) expect(outsideBy(rect, p)).toBeLessThan(1e-6);
      }),
    );
  });

  it("is as small as the best of all hull sides", () => {
    fc.assert(
      fc.property(points, (list) => {
        const hull = convexHull(list);
        fc.pre(hull.length > 2);
        const best = Math.min(...edges(hull).map(([a, b]) => extentArea(hull, a, b)));
        expect(area(minAreaRect(list))).toBeCloseTo(best, 6);
      }),
    );
  });

  it("finds a turned square", () => {
    expect(
      area(
        minAreaRect([
          [5, 0],
          [10, 5],
          [5, 10],
          [0, 5],
          [5, 5],
        ]),
      ),
    ).toBeCloseTo(50);
  });

  it("covers a turned region when drawn again", () => {
    const size = { width: 40, height: 40 };
    const region = polygonMask(
      [
        [5, 9],
        [30, 20],
        [26, 30],
        [3, 17],
      ],
      size,
    );
    const rect = polygonMask(minAreaRect(maskHull(region)), size);
    expect(region.data.every((value, i) => value === 0 || rect.data[i] === 255)).toBe(true);
  });

  it("collapses onto one point or a line, and needs a point", () => {
    expect(
      minAreaRect([
        [3, 4],
        [3, 4],
      ]),
    ).toEqual([
      [3, 4],
      [3, 4],
      [3, 4],
      [3, 4],
    ]);
    expect(
      area(
        minAreaRect([
          [0, 0],
          [1, 1],
          [5, 5],
        ]),
      ),
    ).toBe(0);
    expect(() => minAreaRect([])).toThrow(TypeError);
  });
});

/** How far `p` lies outside the rectangle; degenerate sides are skipped by comparing with the opposite corner. */
function outsideBy(rect: Quad, p: Point): number {
  const [a, b, c] = rect;
  return Math.max(beyond(a, b, p), beyond(b, c, p), 0);
}

function beyond([ax, ay]: Point, [bx, by]: Point, [x, y]: Point): number {
  const length = Math.hypot(bx - ax, by - ay);
  if (length < 1e-9) return 0;
  const along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length;
  return Math.max(-along, along - length);
}

function extentArea(hull: readonly Point[], [ax, ay]: Point, [bx, by]: Point): number {
  const length = Math.hypot(bx - ax, by - ay);
  const [ux, uy] = [(bx - ax) / length, (by - ay) / length];
  return boundingArea(hull.map(([x, y]): Point => [x * ux + y * uy, y * ux - x * uy]));
}
