import { describe, expect, it } from "vitest";
import { rotationAbout, translation } from "../../src/engine/geometry/affine.ts";
import type { ResolvedOperation } from "../../src/engine/recipe/resolve.ts";
import { directionOf, missedExpectations, missedThresholds, turnOf } from "../../src/evals/expect.ts";

const operation = (affine: ResolvedOperation["affine"], type: "relocation" | "rotation" = "relocation") =>
  ({ motion: { type }, affine, centroid: [10, 10] }) as unknown as ResolvedOperation;
const angle = (degrees: number, within = 15) => ({ degrees, within });

describe("expectations", () => {
  it("count directions clockwise from right, on the screen", () => {
    expect(directionOf(translation([5, 0]), [0, 0])).toBe(0);
    expect(directionOf(translation([0, 5]), [0, 0])).toBe(90);
    expect(directionOf(translation([0, -5]), [0, 0])).toBe(-90);
    expect(directionOf(rotationAbout(40, [10, 10]), [10, 10])).toBeUndefined();
    expect(turnOf(rotationAbout(-30, [3, 4]))).toBeCloseTo(-30);
  });

  it("allow the difference either way, across 180 degrees too", () => {
    const left = [operation(translation([-50, -5]))];
    expect(missedExpectations({ direction: angle(175) }, left, { tier: "full" })).toEqual([]);
    expect(missedExpectations({ direction: angle(160) }, left, { tier: "full" })).toEqual([
      "expected the direction 160° ± 15°, got -174.3°",
    ]);
  });

  it("hold for every operation, and for the tier", () => {
    const both = [operation(translation([5, 0])), operation(rotationAbout(20, [10, 10]), "rotation")];
    expect(missedExpectations({ type: "relocation", tier: "full" }, both, { tier: "preview" })).toEqual([
      "expected a relocation, got a rotation",
      "expected the full tier to win, got preview",
    ]);
    expect(missedExpectations({ direction: angle(0) }, both, { tier: "full" })).toEqual([
      "expected the direction 0° ± 15°, got none",
    ]);
  });
});

describe("thresholds", () => {
  it("are inclusive, and missed by what was not measured", () => {
    const bounds = { score: { min: 0.5, max: 0.7 }, outside_changed: { max: 0 }, source_psnr: { max: 20 } };
    expect(missedThresholds(bounds, { score: 0.5, outside_changed: 0, source_psnr: 20 })).toEqual([]);
    expect(missedThresholds(bounds, { score: 0.8, outside_changed: 3 })).toEqual([
      "expected score of at most 0.7, got 0.800",
      "expected source_psnr, which could not be measured",
      "expected outside_changed of at most 0, got 3",
    ]);
  });
});
