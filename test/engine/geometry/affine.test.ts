import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  affineAt,
  affineOfMotion,
  apply,
  compose,
  degreesTowards,
  determinant,
  IDENTITY,
  invert,
  rotationAbout,
  scaleAbout,
  translation,
} from "../../../src/engine/geometry/affine.ts";
import type { Affine, Point } from "../../../src/engine/raster.ts";
import type { Motion, SimpleMotion } from "../../../src/engine/recipe/schema.ts";

const coordinate = fc.double({ min: -500, max: 500, noNaN: true });
const point = fc.tuple(coordinate, coordinate);
const factor = fc.double({ min: 0.2, max: 5, noNaN: true });
const simple: fc.Arbitrary<SimpleMotion> = fc.oneof(
  point.map((by): SimpleMotion => ({ type: "relocation", by })),
  point.map((to): SimpleMotion => ({ type: "deformation", to })),
  fc.tuple(coordinate, point).map(([degrees, about]): SimpleMotion => ({ type: "rotation", degrees, about })),
  factor.map((f): SimpleMotion => ({ type: "scale", factor: f })),
  fc.tuple(factor, factor, point).map(([x, y, about]): SimpleMotion => ({ type: "scale", factor: [x, y], about })),
);
const motion: fc.Arbitrary<Motion> = fc.oneof(
  simple,
  fc.array(simple, { minLength: 1, maxLength: 3 }).map((motions): Motion => ({ type: "compose", motions })),
);

function expectClose(actual: readonly number[], expected: readonly number[], tolerance = 1e-9): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) {
    expect(Math.abs((actual[i] ?? Number.NaN) - value)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(value)));
  }
}

describe("affine algebra", () => {
  it("composes right to left", () => {
    const both = compose(translation([10, 0]), scaleAbout([2, 3], [0, 0]));
    expect(apply(both, [1, 1])).toEqual([12, 3]);
    expect(determinant(both)).toBe(6);
  });

  it("turns clockwise on the screen for positive angles", () => {
    expectClose(apply(rotationAbout(90, [5, 5]), [6, 5]), [5, 6]);
  });

  it("inverts", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -360, max: 360, noNaN: true }),
        factor,
        factor,
        point,
        point,
        (angle, x, y, about, p) => {
          const affine = compose(rotationAbout(angle, about), scaleAbout([x, y], [3, 4]));
          expectClose(apply(invert(affine), apply(affine, p)), p, 1e-7);
        },
      ),
    );
  });

  it("refuses to invert a singular map", () => {
    expect(() => invert([1, 2, 0, 2, 4, 0])).toThrow(TypeError);
  });
});

describe("the path of a motion", () => {
  it("starts at rest and ends with the whole motion", () => {
    fc.assert(
      fc.property(motion, point, (m, centroid) => {
        expectClose(affineAt(m, centroid, 0), IDENTITY);
        expect(affineAt(m, centroid, 1)).toEqual(affineOfMotion(m, centroid));
      }),
    );
  });

  it("takes a relocation along a straight line, `to` meaning the centroid", () => {
    expect(affineAt({ type: "relocation", to: [50, 20] }, [10, 40], 0.5)).toEqual([1, 0, 20, 0, 1, -10]);
    expect(affineOfMotion({ type: "deformation", by: [4, -2] }, [0, 0])).toEqual([1, 0, 4, 0, 1, -2]);
  });

  it("turns by a share of the angle, not along the chord", () => {
    const half = affineAt({ type: "rotation", degrees: 180, about: [10, 10] }, [20, 10], 0.5);
    expectClose(apply(half, [20, 10]), [10, 20]);
  });

  it("scales geometrically, about the centroid by default", () => {
    const half = affineAt({ type: "scale", factor: [4, 9] }, [10, 10], 0.5);
    expectClose(half, scaleAbout([2, 3], [10, 10]) as Affine);
  });

  it("brings the centroid of a rotation with `to` into the target's direction", () => {
    fc.assert(
      fc.property(point, point, point, (centroid, to, about) => {
        fc.pre(Math.hypot(centroid[0] - about[0], centroid[1] - about[1]) > 1);
        fc.pre(Math.hypot(to[0] - about[0], to[1] - about[1]) > 1);
        const [x, y] = apply(affineOfMotion({ type: "rotation", to, about }, centroid), centroid);
        expect(Math.abs(degreesTowards([x, y], to, about))).toBeLessThan(1e-5);
      }),
    );
  });

  it("wraps the angle to (-180, 180]", () => {
    expect(degreesTowards([-10, 1], [-10, -1], [0, 0])).toBeCloseTo(11.42, 2);
    expect(degreesTowards([10, 0], [-10, 0], [0, 0])).toBe(180);
    expect(degreesTowards([10, 0], [-10, -0], [0, 0])).toBe(180);
  });

  it("reads `to` in a composition as the place where the centroid ends", () => {
    const steps: Motion = {
      type: "compose",
      motions: [
        { type: "rotation", degrees: 70, about: [0, 0] },
        { type: "scale", factor: 2 },
        { type: "relocation", to: [33, 44] },
      ],
    };
    expectClose(apply(affineOfMotion(steps, [12, 7]), [12, 7]), [33, 44]);
  });

  it("keeps a centred scale centred all along a composition", () => {
    const steps: Motion = {
      type: "compose",
      motions: [
        { type: "relocation", by: [20, 0] },
        { type: "scale", factor: 3 },
      ],
    };
    expectClose(apply(affineAt(steps, [5, 5], 0.5), [5, 5]), [15, 5]);
  });
});

describe("rotations that cannot be meant", () => {
  const centroid: Point = [12.34, 56];

  it("asks for `about` and prints the centroid", () => {
    const attempt = () => affineOfMotion({ type: "rotation", degrees: 30 }, centroid);
    expect(attempt).toThrow(expect.objectContaining({ code: "rotation-without-about" }));
    expect(attempt).toThrow("[12.3, 56.0]");
  });

  it("refuses a `to` without a direction", () => {
    const attempt = () => affineOfMotion({ type: "rotation", to: [1, 2], about: [12.34, 56] }, centroid);
    expect(attempt).toThrow(expect.objectContaining({ code: "recipe-invalid" }));
  });
});
