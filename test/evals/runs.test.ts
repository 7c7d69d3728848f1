/** Runs that know of other runs: compared, repeated in part, scored again, several trials at a time. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { evalProgress } from "../../src/cli/eval-progress.ts";
import type { CaseResult, FinishedCase, SuiteResult } from "../../src/evals/result.ts";
import { type CliBench, startBench } from "../helpers/cli.ts";

const CASE = (name: string, by: number, more = "") =>
  `  - { name: ${name}, image: photo.png, edit: [{ region: { box: [4, 4, 20, 20] }, motion: { type: relocation, by: [${by}, 0] } }]${more} }`;
const SUITE = ["name: s", "defaults: { quality: fast }", "cases:", CASE("a", 8), CASE("b", 10)].join("\n");
/** Every case passes but b. */
const ONE_MISSED = SUITE.replace("by: [10, 0] } }]", "by: [10, 0] } }], thresholds: { score: { min: 2 } }");

let bench: CliBench;
beforeEach(async () => {
  bench = await startBench();
  await suite(SUITE);
});
afterEach(() => bench.close());

const suite = (text: string) => writeFile(join(bench.cwd, "s.yaml"), text);
const run = (...argv: string[]) => bench.run(["eval", "s.yaml", "--no-baselines", ...argv]);
const resultsOf = async (out: string): Promise<SuiteResult> =>
  JSON.parse(await readFile(join(bench.cwd, out, "results.json"), "utf8"));
const measuresOf = ({ cases }: SuiteResult, name: string) =>
  (cases.find((one) => one.name === name) as FinishedCase).methods.at(-1)?.measures ?? {};

describe("--baseline OLD", () => {
  it("compares case by case, prints intervals with wins, ties and losses, and no difference with itself", async () => {
    await run("--out", "old");
    const same = await run("--out", "same", "--baseline", "old");
    expect(same.stdout).toContain("edit against the older run: no difference beyond the noise");
    expect((await resultsOf("same")).comparisons).toMatchObject([
      { against: "old", scorers: { score: { mean: 0, low: 0, high: 0, count: 2, wins: 0, ties: 2, losses: 0 } } },
    ]);
    // As if the older run had been worse on a and better on b.
    const path = join(bench.cwd, "old", "results.json");
    const old = await resultsOf("old");
    const moved: Readonly<Record<string, number>> = { a: -0.2, b: 0.1 };
    const cases = old.cases.filter(({ name }) => name in moved) as FinishedCase[];
    for (const one of cases) {
      for (const { measures } of one.methods)
        Object.assign(measures, { score: (measures.score ?? 0) + (moved[one.name] ?? 0) });
    }
    await writeFile(path, JSON.stringify({ ...old, cases }));
    const { stdout, code } = await run("--baseline", "old/results.json");
    expect(stdout).toMatch(/edit against the older run: score \+0\.050 \[-0\.100, 0\.200\], 1 wins, 0 ties, 1 losses/);
    expect(code).toBe(0);
  });

  it("refuses what is no older run", async () => {
    expect(await run("--baseline", "nowhere")).toMatchObject({ code: 3, stderr: expect.stringContaining("not-found") });
    expect(await run("--baseline", "photo.png")).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("suite-invalid"),
    });
    expect(bench.engine.edits).toEqual([]);
  });
});

describe("--only-failed", () => {
  it("of a run's own folder: runs again what did not pass there, and keeps the rest", async () => {
    await suite(ONE_MISSED);
    expect((await run("--out", "o")).code).toBe(100);
    const before = bench.engine.edits.length;
    await suite(SUITE);
    const again = await run("--out", "o", "--only-failed");
    expect(again.stderr).toBe("1/2 a: passed (known)\n2/2 b: passed\n");
    expect(bench.engine.edits.length).toBe(before + 1);
    expect(again.code).toBe(0);
  });

  it("of an older run: only those cases", async () => {
    await suite(ONE_MISSED);
    await run("--out", "old");
    const { stderr, stdout } = await run("--out", "new", "--baseline", "old", "--only-failed");
    expect(stderr).toBe("1/1 b: missed\n");
    expect(stdout).toContain("edit against the older run");
  });
});

describe("--rescore", () => {
  it("measures the kept pictures again, judges by the suite as it is now, and runs nothing", async () => {
    await run("--out", "o");
    const before = await resultsOf("o");
    const { started } = bench;
    const edits = bench.engine.edits.length;
    const picture = (before.cases[0] as FinishedCase).methods.at(-1)?.picture ?? "";
    // The kept picture of a becomes the input: nothing has been done.
    await sharp(join(bench.cwd, "photo.png"))
      .png()
      .toFile(join(bench.cwd, "o", picture));
    await suite(`${SUITE}\nthresholds: { source_cleared: { min: 2 } }\n`);
    const { code } = await run("--out", "o", "--rescore", "--format", "json");
    const after = await resultsOf("o");
    expect(measuresOf(before, "a").source_cleared).toBeGreaterThan(0);
    expect(measuresOf(after, "a").source_cleared).toBe(0);
    expect(measuresOf(after, "b")).toEqual(measuresOf(before, "b"));
    expect(code).toBe(100);
    expect(bench.engine.edits.length).toBe(edits);
    expect(bench.started).toBe(started);
    // The journal has the new numbers: a later --resume knows them.
    await run("--out", "o", "--resume");
    expect(bench.engine.edits.length).toBe(edits);
    expect(measuresOf(await resultsOf("o"), "a").source_cleared).toBe(0);
  });

  it("needs the folder that it scores, and goes on from nothing else", async () => {
    expect(await run("--rescore")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--out beside --rescore"),
    });
    expect((await run("--out", "o", "--rescore", "--resume")).code).toBe(2);
    expect((await run("--out", "o", "--rescore", "--force")).code).toBe(2);
  });
});

describe("--jobs", () => {
  it("runs trials beside each other, each with an engine of its own, and keeps the suite's order", async () => {
    bench.engine.options = { stepMs: 5 };
    let [running, most] = [0, 0];
    const edit = bench.engine.edit.bind(bench.engine);
    bench.engine.edit = async (...call) => {
      most = Math.max(most, ++running);
      return edit(...call).finally(() => running--);
    };
    const { stdout, code } = await run("--jobs", "3", "--trials", "2", "--json");
    expect(code).toBe(0);
    expect(bench.started).toBe(3);
    expect(most).toBe(3);
    const { cases }: SuiteResult = JSON.parse(stdout);
    expect(cases.map(({ name, trial }) => `${name}${trial}`)).toEqual(["a1", "a2", "b1", "b2"]);
    expect(cases.map((one) => (one as FinishedCase).recipe.seed)).toEqual([42, 43, 42, 43]);
  });

  it("an interruption ends all of them, and what was finished is known", async () => {
    bench.engine.options = { stepMs: 5 };
    const interrupt = new AbortController();
    const heard = (text: string) => /: passed/.test(text) && interrupt.abort();
    const argv = ["eval", "s.yaml", "--no-baselines", "--out", "o", "--jobs", "2", "--trials", "2"];
    expect((await bench.run(argv, { signal: interrupt.signal, heard })).code).toBe(130);
    const { stderr, code } = await run("--out", "o", "--jobs", "2", "--trials", "2", "--resume");
    expect(stderr).toMatch(/^\d\/4 \w \(trial \d\): passed \(known\)$/m);
    expect(stderr).toMatch(/^4\/4 b \(trial 2\): passed$/m);
    expect(code).toBe(0);
  });
});

describe("progress", () => {
  const place = (index: number) => ({ index, total: 4, name: "a" });
  const passed = { status: "passed" } as CaseResult;
  function told(isTTY: boolean) {
    let text = "";
    let now = 0;
    const stderr = { isTTY, write: (part: string) => (text += part) };
    const progress = evalProgress(stderr, false, () => now);
    return { progress, later: (seconds: number) => (now += 1000 * seconds), text: () => text };
  }

  it("says how long the rest will take, from what has run and not from what was known", () => {
    const { progress, later, text } = told(false);
    progress.onCase(place(1), passed, true);
    later(60);
    progress.onCase(place(2), passed, false);
    later(40);
    progress.onCase(place(3), passed, false);
    progress.onCase(place(4), passed, false);
    expect(text().split("\n")).toEqual([
      "1/4 a: passed (known)",
      "2/4 a: passed, about 2 min left",
      "3/4 a: passed, about 50 s left",
      "4/4 a: passed",
      "",
    ]);
  });

  it("shows on a terminal where the running case stands", () => {
    const { progress, text } = told(true);
    progress.onProgress(place(2), { stage: "drag", done: 3, total: 10 });
    progress.end();
    expect(text()).toContain("2/4 a");
  });
});
