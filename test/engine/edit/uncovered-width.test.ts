import { describe, expect, it } from "vitest";
import { uncoveredWidth } from "../../../src/engine/edit/uncovered-width.ts";
import { emptyMask, union } from "../../../src/engine/geometry/mask.ts";
import { boxMask } from "../../../src/engine/geometry/polygon.ts";

const size = { width: 400, height: 300 };
const view = { box: [0, 0, 400, 300], width: 400 } as const;
const strip = boxMask([50, 40, 350, 50], size);

describe("the width of what is uncovered", () => {
  it("is a strip's own, whatever its length", () => {
    expect(uncoveredWidth(strip, view)).toBeCloseTo(10, 0);
    expect(uncoveredWidth(boxMask([50, 40, 150, 50], size), view)).toBeCloseTo(10, -0.5);
  });

  it("is the mean of several, by their pixels", () => {
    const wide = boxMask([50, 100, 350, 130], size);
    expect(uncoveredWidth(union(strip, wide), view)).toBeCloseTo((10 * 10 + 30 * 28) / 40, -0.5);
  });

  it("is hardly changed by crumbs and a ragged border", () => {
    const wide = boxMask([50, 100, 350, 130], size);
    const crumbs = Array.from({ length: 40 }, (_, i) => boxMask([52 + 7 * i, 96, 54 + 7 * i, 102], size));
    const ragged = crumbs.reduce(union, wide);
    expect(uncoveredWidth(ragged, view) / uncoveredWidth(wide, view)).toBeGreaterThan(0.9);
  });

  it("counts pixels of the model", () => {
    expect(uncoveredWidth(strip, { ...view, width: 200 })).toBeCloseTo(uncoveredWidth(strip, view) / 2, 10);
  });

  it("is 0 where nothing is uncovered", () => {
    expect(uncoveredWidth(emptyMask(size), view)).toBe(0);
  });
});
