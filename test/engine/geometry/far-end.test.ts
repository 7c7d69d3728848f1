import { describe, expect, it } from "vitest";
import { farEnd } from "../../../src/engine/geometry/far-end.ts";
import { emptyMask } from "../../../src/engine/geometry/mask.ts";
import { boxMask } from "../../../src/engine/geometry/polygon.ts";

const SIZE = { width: 120, height: 40 };

describe("farEnd", () => {
  it("is the joint of a limb, seen from beside its hand", () => {
    const [x, y] = farEnd(boxMask([10, 15, 100, 25], SIZE), [105, 2]);
    expect(x).toBeCloseTo(12, 0);
    expect(Math.abs(y - 20)).toBeLessThan(1);
  });

  it("changes sides with the point of view", () => {
    const limb = boxMask([10, 15, 100, 25], SIZE);
    expect(farEnd(limb, [0, 20])[0]).toBeGreaterThan(90);
    expect(farEnd(limb, [119, 20])[0]).toBeLessThan(20);
  });

  it("of one pixel is that pixel; of none there is none", () => {
    expect(farEnd(boxMask([5, 6, 6, 7], SIZE), [50, 20])).toEqual([5.5, 6.5]);
    expect(() => farEnd(emptyMask(SIZE), [0, 0])).toThrow(TypeError);
  });
});
