import { describe, expect, it } from "vitest";
import { rotationAbout, translation } from "../../src/engine/geometry/affine.ts";
import type { ResolvedOperation } from "../../src/engine/recipe/resolve.ts";
import { type Judged, judge, missedThresholds } from "../../src/evals/expect.ts";
import { directionOf, iou, operationFacts, turnOf } from "../../src/evals/facts.ts";
import { SCORERS } from "../../src/evals/metrics/index.ts";
import type { Expectation, Thresholds } from "../../src/evals/suite/schema.ts";
import { inDisc, maskWhere } from "../helpers/pictures.ts";

const operation = (affine: ResolvedOperation["affine"], type: "relocation" | "rotation" = "relocation") =>
  operationFacts({ motion: { type }, affine, centroid: [10, 10] } as unknown as ResolvedOperation);
const angle = (degrees: number, within = 15) => ({ degrees, within });
const judged = (operations: Judged["facts"]["operations"], rest: Partial<Judged> = {}): Judged => {
  return { facts: { operations }, tier: "full", measures: {}, ...rest };
};
const missed = (wanted: Expectation, what: Judged) =>
  judge({ expect: wanted, thresholds: {}, pass: 1 }, what, SCORERS).missed;

describe("expectations", () => {
  it("count directions clockwise from right, on the screen", () => {
    expect(directionOf(translation([5, 0]), [0, 0])).toBe(0);
    expect(directionOf(translation([0, 5]), [0, 0])).toBe(90);
    expect(directionOf(translation([0, -5]), [0, 0])).toBe(-90);
    expect(directionOf(rotationAbout(40, [10, 10]), [10, 10])).toBeUndefined();
    expect(turnOf(rotationAbout(-30, [3, 4]))).toBeCloseTo(-30);
  });

  it("allow the difference either way, across 180 degrees too", () => {
    const left = judged([operation(translation([-50, -5]))]);
    expect(missed({ direction: angle(175) }, left)).toEqual([]);
    expect(missed({ direction: angle(160) }, left)).toEqual(["expected the direction 160° ± 15°, got -174.3°"]);
  });

  it("hold for every operation, and for the tier", () => {
    const both = judged([operation(translation([5, 0])), operation(rotationAbout(20, [10, 10]), "rotation")]);
    expect(missed({ type: "relocation", tier: "full" }, { ...both, tier: "preview" })).toEqual([
      "expected a relocation, got a rotation",
      "expected the full tier to win, got preview",
    ]);
    expect(missed({ direction: angle(0) }, both)).toEqual(["expected the direction 0° ± 15°, got none"]);
  });

  it("ask for the region, by its overlap with the one that was meant", () => {
    const [a, b] = [maskWhere(20, 10, (x) => x < 10), maskWhere(20, 10, (x) => x >= 5 && x < 15)];
    expect(iou(a, b)).toBeCloseTo(1 / 3);
    expect(iou(maskWhere(4, 4, inDisc(99, 99, 1)), maskWhere(4, 4, inDisc(99, 99, 1)))).toBe(0);
    const is = { box: [0, 0, 1, 1] as [number, number, number, number] };
    const what = judged([], { facts: { operations: [], iou: iou(a, b) } });
    expect(missed({ region: { is, iou: 0.3 } }, what)).toEqual([]);
    expect(missed({ region: { is, iou: 0.5 } }, what)).toEqual([
      "expected the region with an IoU of at least 0.5, got 0.33",
    ]);
  });

  it("ask for the agent's calls and what they may cost", () => {
    const step = (tool: string) => ({ tool, why: "", isError: false, at: 1 });
    const usage = { inputTokens: 900, outputTokens: 200, money: { amount: 0.02, currency: "USD" } };
    const what = judged([], { steps: [step("look"), step("start_edit")], usage, measures: { seconds: 4 } });
    expect(missed({ tools: ["look", "start_edit"], steps: { max: 2 }, budget: { tokens: 1100 } }, what)).toEqual([]);
    const wanted = { tools: ["critique_edit"], steps: { max: 1 }, budget: { seconds: 3, tokens: 1000, money: 0.01 } };
    expect(missed(wanted, what)).toEqual([
      "expected a call of critique_edit, got look, start_edit",
      "expected steps of at most 1, got 2",
      "expected seconds of at most 3, got 4.0",
      "expected tokens of at most 1000, got 1100",
      "expected money of at most 0.01, got 0.0200",
    ]);
  });
});

describe("thresholds", () => {
  it("are inclusive, and missed by what was not measured", () => {
    const bounds = { score: { min: 0.5, max: 0.7 }, outside_changed: { max: 0 }, source_psnr: { max: 20 } };
    const met = { score: 0.5, outside_changed: 0, source_psnr: 20 };
    expect(missedThresholds(bounds, met, SCORERS)).toEqual([]);
    expect(missedThresholds(bounds, { score: 0.8, outside_changed: 3 }, SCORERS)).toEqual([
      "expected score of at most 0.7, got 0.800",
      "expected source_psnr, which could not be measured",
      "expected outside_changed of at most 0, got 3",
    ]);
  });

  it("weigh in the grade, which must reach what the case asks for", () => {
    const thresholds: Thresholds = { score: { min: 0.5, weight: 3 }, outside_changed: { max: 0 } };
    const what = judged([], { measures: { score: 0.6, outside_changed: 2 } });
    const verdict = (pass: number) => judge({ expect: {}, thresholds, pass }, what, SCORERS);
    expect(verdict(0.75)).toMatchObject({ status: "passed", grade: 0.75 });
    expect(verdict(0.76).status).toBe("missed");
    expect(verdict(0.75).missed).toEqual(["expected outside_changed of at most 0, got 2"]);
  });
});
