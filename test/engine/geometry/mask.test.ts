import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compose, invert, rotationAbout, scaleAbout, translation } from "../../../src/engine/geometry/affine.ts";
import {
  areaPixels,
  areaShare,
  boundingBox,
  centroidOf,
  coveredShare,
  dilate,
  dilateBy,
  distancesTo,
  emptyMask,
  erode,
  erodeBy,
  feather,
  fullMask,
  intersect,
  subtract,
  threshold,
  union,
  warpMask,
} from "../../../src/engine/geometry/mask.ts";
import { boxMask, ellipseMask } from "../../../src/engine/geometry/polygon.ts";
import type { Mask } from "../../../src/engine/raster.ts";

const size = { width: 13, height: 9 };
const masks: fc.Arbitrary<Mask> = fc.oneof(
  fc
    .array(fc.integer({ min: 0, max: 7 }), { minLength: 117, maxLength: 117 })
    .map((values) => ({ ...size, data: Uint8Array.from(values, (value) => (value === 0 ? 255 : 0)) })),
  fc.constantFrom(emptyMask(size), fullMask(size), boxMask([0, 0, 5, 9], size), boxMask([3, 2, 11, 8], size)),
);

/** Distance between the centres of pixel i and the nearest pixel that is in (or out of) the mask. */
function nearest(mask: Mask, i: number, inside: boolean): number {
  let best = Number.POSITIVE_INFINITY;
  for (const [j, value] of mask.data.entries()) {
    if (value > 127 !== inside) continue;
    const dx = (i % mask.width) - (j % mask.width);
    const dy = Math.floor(i / mask.width) - Math.floor(j / mask.width);
    best = Math.min(best, Math.hypot(dx, dy));
  }
  return best;
}

describe("measures", () => {
  it("knows area, box and centroid", () => {
    const mask = boxMask([2, 1, 6, 4], size);
    expect(areaPixels(mask)).toBe(12);
    expect(areaShare(mask)).toBeCloseTo(12 / 117);
    expect(boundingBox(mask)).toEqual([2, 1, 6, 4]);
    expect(centroidOf(mask)).toEqual([4, 2.5]);
  });

  it("has no box or centroid of nothing", () => {
    expect(boundingBox(emptyMask(size))).toBeNull();
    expect(() => centroidOf(emptyMask(size))).toThrow(TypeError);
  });

  it("counts what is covered", () => {
    expect(coveredShare(boxMask([0, 0, 4, 4], size), boxMask([0, 0, 4, 3], size))).toBe(0.75);
  });
});

describe("sets", () => {
  it("splits a mask into what is shared and what is not", () => {
    fc.assert(
      fc.property(masks, masks, (a, b) => {
        expect(union(subtract(a, b), intersect(a, b))).toEqual(a);
        expect(areaPixels(union(a, b))).toBe(areaPixels(a) + areaPixels(b) - areaPixels(intersect(a, b)));
      }),
    );
  });

  it("refuses masks of different sizes", () => {
    expect(() => union(emptyMask(size), emptyMask({ width: 9, height: 13 }))).toThrow("13x9 and 9x13");
  });
});

describe("distance", () => {
  const radius = fc.constantFrom(0, 1, 1.5, 2, 3.2, 5, 20);

  it("grows by an exact disc", () => {
    fc.assert(
      fc.property(masks, radius, (mask, r) => {
        const expected = mask.data.map((_, i) => (nearest(mask, i, true) <= r ? 255 : 0));
        expect(dilate(mask, r).data).toEqual(expected);
        expect(dilateBy(mask, [r + 2, r])[1]?.data).toEqual(expected);
      }),
    );
  });

  it("shrinks by an exact disc, but not from the picture's edge", () => {
    fc.assert(
      fc.property(masks, radius, (mask, r) => {
        const expected = mask.data.map((_, i) => (nearest(mask, i, false) > r ? 255 : 0));
        expect(erode(mask, r).data).toEqual(expected);
        expect(erodeBy(mask, [r + 2, r])[1]?.data).toEqual(expected);
      }),
    );
  });

  it("feathers strictly inside: the non-zero pixels are the mask", () => {
    fc.assert(
      fc.property(masks, radius, (mask, r) => {
        const soft = feather(mask, r);
        expect(threshold(soft, 0)).toEqual(mask);
        for (const [i, value] of soft.data.entries()) {
          if (mask.data[i])
            expect(value === 255).toBe(nearest(mask, i, false) >= r || smoothstep(nearest(mask, i, false) / r) > 254.5);
        }
      }),
    );
  });

  it("rises with the distance, and not at all towards the picture's edge", () => {
    const soft = feather(boxMask([0, 0, 8, 9], size), 4);
    expect([...soft.data.subarray(52, 65)]).toEqual([255, 255, 255, 255, 255, 215, 128, 40, 0, 0, 0, 0, 0]);
    expect(feather(fullMask(size), 4)).toEqual(fullMask(size));
  });
});

function smoothstep(t: number): number {
  return 255 * t * t * (3 - 2 * t);
}

describe("warp", () => {
  const picture = { width: 60, height: 50 };

  it("moves whole pixels exactly", () => {
    const moved = warpMask(boxMask([10, 10, 20, 25], picture), translation([7, -4]), picture);
    expect(moved).toEqual(boxMask([17, 6, 27, 21], picture));
  });

  it("splits a pixel's coverage on half steps", () => {
    const moved = warpMask(boxMask([10, 10, 11, 11], picture), translation([0.5, 0]), picture);
    expect([moved.data[10 * 60 + 10], moved.data[10 * 60 + 11]]).toEqual([128, 128]);
  });

  it("returns by the inverse", () => {
    const mask = ellipseMask([30, 25], [11, 7], picture);
    const angle = fc.double({ min: -180, max: 180, noNaN: true });
    const factor = fc.double({ min: 0.8, max: 1.5, noNaN: true });
    const shift = fc.double({ min: -4, max: 4, noNaN: true });
    fc.assert(
      fc.property(angle, factor, shift, shift, (degrees, f, dx, dy) => {
        const turned = compose(rotationAbout(degrees, [30, 25]), scaleAbout([f, f], [30, 25]));
        const affine = compose(translation([dx, dy]), turned);
        const back = threshold(warpMask(warpMask(mask, affine, picture), invert(affine), picture));
        expect(areaPixels(intersect(back, mask)) / areaPixels(union(back, mask))).toBeGreaterThan(0.9);
      }),
      { numRuns: 40 },
    );
  });

  it("keeps the area of a rotation and multiplies that of a scale", () => {
    const mask = ellipseMask([30, 25], [12, 8], picture);
    const turned = threshold(warpMask(mask, rotationAbout(37, [30, 25]), picture));
    expect(areaPixels(turned) / areaPixels(mask)).toBeCloseTo(1, 1);
    const larger = threshold(warpMask(mask, scaleAbout([2, 1.5], [30, 25]), picture));
    expect(areaPixels(larger) / areaPixels(mask)).toBeCloseTo(3, 1);
    expect(centroidOf(larger)[0]).toBeCloseTo(30, 6);
  });

  it("drops what leaves the picture", () => {
    expect(boundingBox(warpMask(boxMask([50, 40, 60, 50], picture), translation([5, 5]), picture))).toEqual([
      55, 45, 60, 50,
    ]);
    expect(boundingBox(warpMask(boxMask([50, 40, 60, 50], picture), translation([500, 0]), picture))).toBeNull();
  });
});

it("distances run to the nearest pixel of the mask, infinite where it is empty", () => {
  const dot = { width: 7, height: 5, data: new Uint8Array(35) };
  expect([...distancesTo(dot)].every((d) => d === Number.POSITIVE_INFINITY)).toBe(true);
  dot.data[2 * 7 + 3] = 255;
  const found = distancesTo(dot);
  expect([found[2 * 7 + 3], found[2 * 7], found[0], found[6]]).toEqual(
    [0, 3, Math.hypot(3, 2), Math.hypot(3, 2)].map(Math.fround),
  );
});
