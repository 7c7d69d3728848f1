import { describe, expect, it } from "vitest";
import type { CaseResult } from "../../src/evals/result.ts";
import type { Scorer } from "../../src/evals/scorer.ts";
import { defineScorer, NO_NOISE } from "../../src/evals/scorer.ts";
import { bootstrapMean } from "../../src/evals/stats/bootstrap.ts";
import { compare } from "../../src/evals/stats/compare.ts";
import { perCase } from "../../src/evals/stats/per-case.ts";
import { seededRandom } from "../../src/evals/stats/random.ts";

const scorer = (name: string, direction: Scorer["direction"], within = 0) =>
  defineScorer({
    name,
    direction,
    label: name,
    unit: "",
    digits: 2,
    source: "",
    noise: { ...NO_NOISE, within },
    score: () => undefined,
  });

describe("bootstrap intervals", () => {
  it("cover the mean of the population as often as they say", () => {
    const random = seededRandom(7);
    let covered = 0;
    for (let run = 0; run < 200; run++) {
      // Uniform on 0–1, whose mean is 0.5.
      const { low, high } = bootstrapMean(Array.from({ length: 40 }, random), 400, run);
      if (low <= 0.5 && 0.5 <= high) covered++;
    }
    // 95 % of 200, three standard deviations (of 3.1) either way and the percentile method's known shortfall.
    expect(covered).toBeGreaterThan(175);
    expect(covered).toBeLessThan(200);
  });

  it("are the same for the same values, and have no width for one or for equal ones", () => {
    const values = [0.1, 0.5, 0.7, 0.2];
    expect(bootstrapMean(values)).toEqual(bootstrapMean(values));
    expect(bootstrapMean([3])).toEqual({ mean: 3, low: 3, high: 3, count: 1 });
    expect(() => bootstrapMean([])).toThrow(TypeError);
  });
});

describe("paired comparisons", () => {
  const edit = new Map([
    ["a", { up: 0.9, down: 2, one: 1.2 }],
    ["b", { up: 0.5, down: 1, one: 0.6 }],
    ["alone", { up: 9, down: 9, one: 9 }],
  ]);
  const other = new Map([
    ["a", { up: 0.6, down: 3, one: 0.9 }],
    ["b", { up: 0.49, down: 1, one: 1.5 }],
  ]);

  it("take the cases that both have, and know which way is better", () => {
    const scorers = [scorer("up", "up"), scorer("down", "down"), scorer("one", "one")];
    const { scorers: rows } = compare("preview", edit, other, scorers);
    expect(rows.up).toMatchObject({ count: 2, wins: 2, ties: 0, losses: 0 });
    expect(rows.up?.mean).toBeCloseTo(0.155);
    expect(rows.down).toMatchObject({ mean: -0.5, wins: 1, ties: 1, losses: 0 });
    // 1.2 is farther from 1 than 0.9, 0.6 nearer than 1.5.
    expect(rows.one).toMatchObject({ wins: 1, losses: 1 });
  });

  it("call a difference within the noise a tie", () => {
    const { scorers: rows } = compare("old", edit, other, [scorer("up", "up", 0.05)]);
    expect(rows.up).toMatchObject({ wins: 1, ties: 1, losses: 0 });
  });
});

it("a case with more trials weighs no more than others", () => {
  const trial = (name: string, value: number) =>
    ({ status: "passed", name, methods: [{ method: "edit", measures: { score: value } }] }) as unknown as CaseResult;
  const crashed = { status: "crashed", name: "c" } as CaseResult;
  const rows = perCase([trial("a", 0.2), trial("a", 0.4), trial("b", 1), crashed], "edit");
  expect([...rows.keys()]).toEqual(["a", "b"]);
  expect(rows.get("a")?.score).toBeCloseTo(0.3);
});
