import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { areaPixels, boundingBox, centroidOf, intersect, union } from "../../../src/engine/geometry/mask.ts";
import { boxMask, ellipseMask, polygonMask, strokeMask } from "../../../src/engine/geometry/polygon.ts";
import type { Mask, Point } from "../../../src/engine/raster.ts";

const size = { width: 24, height: 18 };
// Off the pixel centres, which are multiples of a half, so that no corner decides by rounding.
const coordinate = fc.integer({ min: -6000, max: 30_000 }).map((value) => value / 1000 + 1 / 3333);
const point = fc.tuple(coordinate, coordinate);

/** The mask by asking each pixel's centre. */
function byCentres(inside: (x: number, y: number) => boolean): number[] {
  return Array.from({ length: size.width * size.height }, (_, i) =>
    inside((i % size.width) + 0.5, Math.floor(i / size.width) + 0.5) ? 255 : 0,
  );
}

function winding(points: readonly Point[], x: number, y: number): number {
  let turns = 0;
  for (const [i, [ax, ay]] of points.entries()) {
    const [bx, by] = points[(i + 1) % points.length] ?? [ax, ay];
    const side = (bx - ax) * (y - ay) - (x - ax) * (by - ay);
    if (ay <= y && by > y && side < 0) turns++;
    if (ay > y && by <= y && side > 0) turns--;
  }
  return turns;
}

function onOutline(points: readonly Point[], x: number, y: number): boolean {
  return points.some((a, i) => distance([x, y], a, points[(i + 1) % points.length] ?? a) < 1e-9);
}

function rows(mask: Mask): string[] {
  return Array.from({ length: mask.height }, (_, y) =>
    [...mask.data.subarray(y * mask.width, (y + 1) * mask.width)].map((v) => (v > 127 ? "#" : ".")).join(""),
  );
}

describe("scan conversion", () => {
  it("fills whole pixels of an integer box", () => {
    const mask = boxMask([2, 3, 5, 7], size);
    expect(boundingBox(mask)).toEqual([2, 3, 5, 7]);
    expect(areaPixels(mask)).toBe(12);
    expect(centroidOf(mask)).toEqual([3.5, 5]);
  });

  it("takes a pixel when its centre is inside", () => {
    expect(boundingBox(boxMask([2.4, 3.6, 5.5, 7.6], size))).toEqual([2, 4, 5, 8]);
  });

  it("draws a polygon by the winding of each pixel's centre, clipped to the picture", () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 3, maxLength: 7 }), (points) => {
        fc.pre(!byCentres((x, y) => onOutline(points, x, y)).includes(255));
        expect([...polygonMask(points, size).data]).toEqual(byCentres((x, y) => winding(points, x, y) !== 0));
      }),
    );
  });

  it("leaves no hole where an outline crosses itself", () => {
    const star: Point[] = [
      [12, 3],
      [16, 16],
      [4, 8],
      [20, 8],
      [8, 16],
    ];
    expect(rows(polygonMask(star, size))[9]?.[12]).toBe("#");
  });

  it("gives two polygons that share an edge no common pixel and no gap", () => {
    const upper = polygonMask(
      [
        [2, 2],
        [20, 2],
        [20, 12],
      ],
      size,
    );
    const lower = polygonMask(
      [
        [2, 2],
        [20, 12],
        [2, 12],
      ],
      size,
    );
    expect(areaPixels(intersect(upper, lower))).toBe(0);
    expect([...union(upper, lower).data]).toEqual([...boxMask([2, 2, 20, 12], size).data]);
  });

  it("draws an ellipse by the distance of each pixel's centre", () => {
    const mask = ellipseMask([11, 8], [7.3, 4.6], size);
    expect([...mask.data]).toEqual(byCentres((x, y) => ((x - 11) / 7.3) ** 2 + ((y - 8) / 4.6) ** 2 < 1));
  });

  it("draws a stroke as all centres within half its width", () => {
    const points: Point[] = [
      [3.2, 4.1],
      [17.3, 6.9],
      [9.7, 14.2],
    ];
    const mask = strokeMask(points, 5.1, size);
    expect([...mask.data]).toEqual(
      byCentres(
        (x, y) => Math.min(distance([x, y], points[0], points[1]), distance([x, y], points[1], points[2])) < 2.55,
      ),
    );
  });

  it("draws a single tap as a disc", () => {
    expect([...strokeMask([[9, 9]], 6, size).data]).toEqual([...ellipseMask([9, 9], [3, 3], size).data]);
  });
});

function distance([x, y]: Point, [ax, ay]: Point = [0, 0], [bx, by]: Point = [0, 0]): number {
  const length = (bx - ax) ** 2 + (by - ay) ** 2 || 1;
  const t = Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length));
  return Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay));
}

describe("shapes of many points", () => {
  it("takes thousands of points over the whole picture in one pass", () => {
    const whole = { width: 300, height: 1000 };
    // Each point crosses every row: remembered crossing by crossing that would be five million objects.
    const zigzag = Array.from({ length: 5000 }, (_, i): Point => [150 + (i % 7), i % 2 === 0 ? -1 : 1001]);
    const drawn = polygonMask([...zigzag, [0, 1001], [0, -1]], whole);
    expect(boundingBox(drawn)).toEqual([0, 0, expect.any(Number), 1000]);
    const brushed = strokeMask(zigzag.slice(0, 300), 200, whole);
    expect(areaPixels(brushed)).toBeGreaterThan(200 * 1000);
  });

  it("stays itself where differences are larger than numbers", () => {
    const corners: Point[] = [
      [-1e308, -1e308],
      [1e308, -1e308],
      [1e308, 1e308],
      [-1e308, 1e308],
    ];
    expect(areaPixels(polygonMask(corners, size))).toBe(size.width * size.height);
  });
});
