import { describe, expect, it } from "vitest";
import { rowOf } from "../../bench/edits.ts";
import { powerLaw } from "../../bench/fit.ts";
import { number, table } from "../../bench/markdown.ts";
import { inRounds, ratios, shareOf, spreadOf } from "../../bench/rounds.ts";
import { targetsOf, verdictOf } from "../../bench/targets.ts";

describe("a power law", () => {
  it("is found exactly where there is one", () => {
    const { factor, exponent, r2 } = powerLaw([1, 4, 16].map((x) => [x, 3 * x ** 1.5]));
    expect(factor).toBeCloseTo(3, 9);
    expect(exponent).toBeCloseTo(1.5, 9);
    expect(r2).toBeCloseTo(1, 9);
  });

  it("of what does not grow has exponent 0", () => {
    expect(powerLaw([1, 10, 100].map((x) => [x, 7]))).toMatchObject({ exponent: 0, r2: 1 });
  });

  it("says how well it fits", () => {
    const { r2 } = powerLaw([
      [1, 1],
      [10, 100],
      [100, 1],
      [1000, 100],
    ]);
    expect(r2).toBeGreaterThan(0.1);
    expect(r2).toBeLessThan(0.9);
  });

  it.each([
    [[]],
    [[[2, 1]]],
    [
      [
        [2, 1],
        [2, 5],
      ],
    ],
    [
      [
        [1, 0],
        [2, 5],
      ],
    ],
  ])("is refused to %j", (points) => {
    expect(() => powerLaw(points as [number, number][])).toThrow("at least two different x");
  });
});

describe("rounds", () => {
  it("measure all in turn, every other round backwards, between two matrix products", async () => {
    const order: string[] = [];
    const subject = (name: string, seconds: number) => async () => {
      order.push(name);
      return seconds;
    };
    const subjects = new Map([
      ["a", subject("a", 1)],
      ["b", subject("b", 2)],
    ]);
    let rate = 0;
    const meter = { sample: async () => ++rate };
    const { seconds, gemm } = await inRounds(subjects, meter, { least: 2, most: 2, seconds: 0 });
    expect(order).toEqual(["a", "b", "b", "a"]);
    expect(seconds.get("a")).toEqual([1, 1]);
    expect(gemm).toEqual([1.5, 3.5]);
  });

  it("stop at their time, but not before the least", async () => {
    const meter = { sample: async () => 1 };
    const subjects = new Map([["a", async () => 1]]);
    expect((await inRounds(subjects, meter, { least: 3, most: 9, seconds: 0 })).gemm).toHaveLength(3);
  });

  it("are summed up by their middle and their ends", () => {
    expect(spreadOf([5, 1, 3])).toEqual({ median: 3, low: 1, high: 5 });
    expect(ratios([4, 9], [2, 3])).toEqual({ median: 3, low: 2, high: 3 });
  });

  it("give shares of what the matrix product reached beside each", () => {
    expect(shareOf(10, [1, 0.5], [20, 80])).toEqual({ median: 0.5, low: 0.25, high: 0.5 });
  });
});

describe("a target", () => {
  const spread = (low: number, median: number, high: number) => ({ low, median, high });
  it.each([
    [{ atLeast: 2 }, spread(2.1, 2.4, 3), "yes"],
    [{ atLeast: 2 }, spread(1.5, 2.4, 3), "yes, within noise"],
    [{ atLeast: 2 }, spread(1.5, 1.8, 3), "no, within noise"],
    [{ atLeast: 2 }, spread(1, 1.2, 1.4), "no"],
    [{ atMost: 2 }, spread(1, 1.2, 1.4), "yes"],
    [{ atMost: 2 }, spread(2.1, 2.4, 3), "no"],
    [{ atMost: 2 }, undefined, "not measured"],
  ] as const)("%j by %j: %s", (wanted, measured, verdict) => {
    expect(verdictOf({ wanted, measured })).toBe(verdict);
  });

  it("takes the worst of several measurements", () => {
    const row = (workingSize: number, ratio: number) => ({
      workingSize,
      replay: false,
      tokens: 256,
      gflop: 1,
      seconds: spread(1, 1, 1),
      share: spread(0.5, 0.5, 0.5),
      graphShare: spread(0.5, 0.5, 0.5),
      gemm: spread(1, 1, 1),
      rounds: 3,
      loops: [
        {
          loop: "trimmed" as const,
          seconds: spread(1, 1, 1),
          ratio: spread(1, ratio, 9),
          agreement: { loss: 0, gradient: 0 },
        },
      ],
    });
    const targets = targetsOf({ drag: [row(256, 2), row(384, 1.1), row(512, 3)] });
    expect(targets.find(({ what }) => what.includes("trimmed"))).toMatchObject({
      measured: { median: 1.1 },
      where: "384 px, no replay",
    });
  });

  it("that nothing measured says so", () => {
    expect(targetsOf({}).map(verdictOf)).toEqual(Array(9).fill("not measured"));
  });
});

describe("an edit's row", () => {
  const run = (total: number, peak: number) => ({
    seconds: { total, encode: 1, invert: 0, drag: 2, sample: 0, decode: 0, composite: 0 },
    work: { drag: { flop: 30e9, seconds: 1.5, runs: 3 }, encode: { flop: 30e9, seconds: 0.5, runs: 1 } },
    peaks: { encode: peak - 20, drag: peak - 10 },
    peakMemoryBytes: peak,
    tier: "full" as const,
    gemm: 100,
  });
  const runs = [run(9, 50), run(4, 80), run(5, 80), run(6, 90)];
  const row = rowOf("full", 256, runs);

  it("keeps the cold run apart, and of a preview the repeated one", () => {
    const total = { median: 5, low: 4, high: 6 };
    expect(row).toMatchObject({ cold: 9, total, peakMemoryBytes: 90 });
    expect(row.again).toBeUndefined();
    expect(rowOf("preview", 0, [...runs, run(3.5, 90)])).toMatchObject({ cold: 9, total, again: 3.5 });
  });

  it("is set against its graphs' arithmetic at 0.6 of the matrix product", () => {
    expect(row.gflop).toBe(60);
    expect(row.overBound?.median).toBeCloseTo(5 / (60 / (0.6 * 100)), 9);
  });

  it("has a row for each stage that ran, and one for the rest", () => {
    const shown = row.stages.map((one) => [
      one.stage,
      one.gflop,
      one.seconds.median,
      one.inGraphs,
      one.peakMemoryBytes,
    ]);
    expect(shown).toEqual([
      ["encode", 30, 1, 0.5, 30],
      ["drag", 30, 2, 1.5, 40],
      ["picture", 0, 2, 0, 50],
    ]);
    expect(row.stages[1]?.share?.median).toBeCloseTo(30 / 2 / 100, 9);
    expect(row.stages[2]?.share).toBeUndefined();
  });
});

describe("a table", () => {
  it("is Markdown, numbers to the right", () => {
    expect(table(["what", number("s")], [["a|b", "1"]])).toBe("| what | s |\n| --- | ---: |\n| a\\|b | 1 |");
  });
});
