import { describe, expect, test } from "vitest";
import { bestTier, scaledAffine, type TierResult, whyBest } from "../../../src/engine/edit/tiers.ts";
import { apply } from "../../../src/engine/geometry/affine.ts";

const gates = { sourceCleared: 1, targetArrived: 1, seamEnergy: 1, fillTexture: 1, fillPlausible: 1 };
const result = (tier: TierResult["tier"], score: number, overreach?: number, width?: number): TierResult => ({
  tier,
  overreach,
  width,
  picture: { width: 0, height: 0, data: new Uint8Array() },
  gates: { ...gates, score },
});

describe("the best tier", () => {
  test.each<[string, TierResult[], string]>([
    ["the better score wins", [result("preview", 0.5), result("full", 0.6)], "full"],
    ["a slower tier never replaces a better faster one", [result("preview", 0.6), result("full", 0.5)], "preview"],
    ["on a tie the slower one, which was asked for", [result("full", 0.5), result("fast", 0.5)], "full"],
    ["and within the gates' noise", [result("preview", 0.5), result("fast", 0.497)], "fast"],
    ["but not beyond it", [result("preview", 0.5), result("fast", 0.494)], "preview"],
    ["a result that could not be measured never wins", [result("preview", 0.1), result("full", Number.NaN)], "preview"],
    ["not even when it comes first", [result("full", Number.NaN), result("preview", 0.1)], "preview"],
    ["one that overreaches never wins", [result("preview", 0.5), result("full", 0.6, 1.1)], "preview"],
    ["one that says as much as the ground does", [result("preview", 0.5), result("full", 0.6, 1)], "full"],
    [
      "one whose place is narrower than two latents never",
      [result("preview", 0.5), result("full", 0.6, 0, 15.9)],
      "preview",
    ],
    ["one with room for them", [result("preview", 0.5), result("full", 0.6, 0, 16)], "full"],
    ["the only one", [result("full", 0)], "full"],
  ])("%s", (_name, results, tier) => {
    expect(bestTier(results).tier).toBe(tier);
  });

  test.each<[string, TierResult[], string | undefined]>([
    ["a tie", [result("preview", 0.5), result("full", 0.497)], "it measures as well as preview (0.497 against 0.500)"],
    ["a gain", [result("preview", 0.5), result("full", 0.6)], "it measures better than preview (0.600 against 0.500)"],
    ["a loss", [result("preview", 0.6), result("full", 0.5)], "it measures better than full (0.600 against 0.500)"],
    ["one", [result("preview", 0.6)], undefined],
    [
      "calm ground",
      [result("preview", 0.5), result("full", 0.6, 1.234)],
      "full would redraw ground that is calmer than its changes (1.23 times its variation)",
    ],
    [
      "nothing uncovered",
      [result("preview", 0.5), result("fast", 0.5, Number.POSITIVE_INFINITY)],
      "the move uncovers nothing that fast could fill",
    ],
    [
      "slivers",
      [result("preview", 0.5), result("full", 0.6, 0.5, 9.87)],
      "what the move uncovers is too narrow for full (9.9 of the model's pixels, at least 16)",
    ],
    [
      "nothing at all",
      [result("preview", 0.5), result("full", 0.6, Number.POSITIVE_INFINITY, 0)],
      "the move uncovers nothing that full could fill",
    ],
  ])("says why: %s", (_name, results, why) => {
    expect(whyBest(results, bestTier(results)).why).toBe(why);
  });

  test("nothing to choose from is a programmer's mistake", () => {
    expect(() => bestTier([])).toThrow(TypeError);
  });
});

test("an affine of a scaled picture maps scaled points where the original maps them", () => {
  const affine = [0.8, -0.6, 12, 0.6, 0.8, -7] as const;
  const [sx, sy] = [0.5, 0.25];
  const [x, y] = apply(affine, [40, 20]);
  const [u, v] = apply(scaledAffine(affine, sx, sy), [40 * sx, 20 * sy]);
  expect(u).toBeCloseTo(x * sx, 10);
  expect(v).toBeCloseTo(y * sy, 10);
});
