import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Frame, isPixels, toModel, toPixels } from "../../../src/agent/model/coordinates.ts";
import type { CoordinateSpace } from "../../../src/agent/model/profiles/profile.ts";

const SIZES = { full: { width: 2000, height: 1000 }, shown: { width: 1000, height: 500 }, boxKey: "box_2d" };
const frame = (unit: CoordinateSpace["unit"], order: CoordinateSpace["order"] = "xy"): Frame => ({
  space: { unit, order },
  ...SIZES,
});

describe("a model's numbers as pixels of the picture", () => {
  it.each<[string, Frame, readonly number[]]>([
    ["pixels of the picture as shown", frame("pixel"), [100, 50, 200, 100]],
    ["thousandths", frame("norm1000"), [100, 100, 200, 200]],
    ["thousandths, y first", frame("norm1000", "yx"), [100, 100, 200, 200]],
    ["shares", frame("norm1"), [0.1, 0.1, 0.2, 0.2]],
  ])("%s", (_, space, box) => {
    expect(toPixels(space, { box })).toEqual({ box: [200, 100, 400, 200] });
  });

  it("tells y first apart", () => {
    expect(toPixels(frame("norm1000", "yx"), { box_2d: [0, 100, 500, 300] })).toEqual({ box: [200, 0, 600, 500] });
    expect(toModel(frame("norm1000", "yx"), { box: [200, 0, 600, 500] })).toEqual({ box: [0, 100, 500, 300] });
  });

  it("reaches everything that holds coordinates, and nothing else", () => {
    const args = {
      imageId: "image-1",
      seed: 7,
      points: [{ x: 10, y: 20, positive: false }],
      polygon: [
        [10, 20],
        [30, 40],
      ],
      stroke: { points: [[10, 20]], width: 4 },
      grow: 3,
      coordSpace: "norm1000",
      operations: [
        { regionId: "region-1", motion: { type: "relocation", by: [-10, 5] } },
        {
          region: { ellipse: { center: [10, 20], radius: [4, 2] } },
          motion: { type: "rotation", degrees: 30, about: [10, 20] },
        },
        {
          motion: {
            type: "compose",
            motions: [
              { type: "scale", factor: [2, 3], about: [1, 2] },
              { type: "relocation", to: [5, 6] },
            ],
          },
        },
        { region: { at: [10, 20] }, motion: { type: "scale", factor: 2 } },
      ],
    };
    expect(toPixels(frame("pixel"), args)).toEqual({
      imageId: "image-1",
      seed: 7,
      points: [{ x: 20, y: 40, positive: false }],
      polygon: [
        [20, 40],
        [60, 80],
      ],
      stroke: { points: [[20, 40]], width: 8 },
      grow: 3,
      operations: [
        { regionId: "region-1", motion: { type: "relocation", by: [-20, 10] } },
        {
          region: { ellipse: { center: [20, 40], radius: [8, 4] } },
          motion: { type: "rotation", degrees: 30, about: [20, 40] },
        },
        {
          motion: {
            type: "compose",
            motions: [
              { type: "scale", factor: [2, 3], about: [2, 4] },
              { type: "relocation", to: [10, 12] },
            ],
          },
        },
        { region: { at: [20, 40] }, motion: { type: "scale", factor: 2 } },
      ],
    });
  });

  it("leaves what is no coordinates to the tool's own refusal", () => {
    expect(toPixels(frame("norm1"), { box: "everywhere", to: [1], by: null })).toEqual({
      box: "everywhere",
      to: [1],
      by: null,
    });
  });

  it("leaves numbers alone where the picture is shown as it is", () => {
    const same: Frame = { ...frame("pixel"), shown: SIZES.full };
    expect(isPixels(same)).toBe(true);
    expect(toPixels(same, { to: [1.23456, 2] })).toEqual({ to: [1.23456, 2] });
  });

  it("comes back to where it was, within the model's own steps", () => {
    const point = fc.tuple(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 1000 }));
    const space = fc.record({
      unit: fc.constantFrom("pixel", "norm1000", "norm1"),
      order: fc.constantFrom("xy", "yx"),
    } as const);
    fc.assert(
      fc.property(point, space, ([x, y], one) => {
        const there: Frame = { ...SIZES, space: one };
        const back = toPixels(there, toModel(there, { to: [x, y] })).to as number[];
        expect(Math.abs((back[0] ?? 0) - x)).toBeLessThanOrEqual(1);
        expect(Math.abs((back[1] ?? 0) - y)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
