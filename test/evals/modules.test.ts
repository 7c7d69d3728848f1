/** Suites that are programs, with scorers of their own. */
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defineScorer, defineSuite, NO_NOISE } from "../../src/evals/index.ts";
import type { SuiteResult } from "../../src/evals/result.ts";
import { type CliBench, startBench } from "../helpers/cli.ts";

const EVALS = fileURLToPath(new URL("../../src/evals/index.ts", import.meta.url));
const EDIT = `edit: [{ region: { box: [4, 4, 20, 20] }, motion: { type: "relocation", by: [8, 0] } }]`;
/** Typed, so that the loader must read TypeScript. */
const SUITE = `
import { defineScorer, defineSuite, NO_NOISE, type Sample } from ${JSON.stringify(EVALS)};

const brightness = defineScorer({
  name: "brightness",
  label: "bright",
  direction: "up",
  unit: "levels",
  digits: 1,
  source: "mean of the result's samples",
  noise: NO_NOISE,
  score: ({ result }: Sample): number => result.rgb.data.reduce((sum, value) => sum + value, 0) / result.rgb.data.length,
});

export default defineSuite({
  name: "typed",
  defaults: { quality: "preview" },
  scorers: [brightness],
  cases: [{ name: "one", image: "photo.png", ${EDIT}, thresholds: { brightness: { min: 1 } } }],
  thresholds: { brightness: { max: 2 } },
});
`;

let bench: CliBench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

const write = (name: string, text: string) => writeFile(join(bench.cwd, name), text);

describe("a suite in TypeScript", () => {
  it("runs, its scorer has a column, and its thresholds decide", async () => {
    await write("suite.ts", SUITE);
    const { code, stdout } = await bench.run(["eval", "suite.ts", "--out", "o", "--format", "json,csv"]);
    expect(stdout.split("\n")[0]).toMatch(/ bright( |$)/);
    expect(stdout).toMatch(/- mean: expected brightness of at most 2, got \d+\.\d/);
    expect(code).toBe(100);
    const result: SuiteResult = JSON.parse(await readFile(join(bench.cwd, "o/results.json"), "utf8"));
    expect(result).toMatchObject({ suite: "typed", cases: [{ name: "one", status: "passed" }] });
    // Of every method, the input too.
    expect(result.summary.map(({ intervals }) => intervals.brightness?.count)).toEqual([1, 1, 1, 1]);
    const [head = ""] = (await readFile(join(bench.cwd, "o/results.csv"), "utf8")).split("\n");
    expect(head.split(",")).toContain("brightness");
  });

  it("by the name that the package publishes it under", async () => {
    const { exports } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8"));
    expect(exports["./evals"]).toEqual({ types: "./dist/evals/index.d.ts", default: "./dist/evals/index.js" });
    // As installed, with the sources in place of what is built of them.
    await mkdir(join(bench.cwd, "node_modules/dragflow-agent"), { recursive: true });
    const manifest = { name: "dragflow-agent", type: "module", exports: { "./evals": "./src/evals/index.ts" } };
    await write("node_modules/dragflow-agent/package.json", JSON.stringify(manifest));
    await symlink(
      fileURLToPath(new URL("../../src", import.meta.url)),
      join(bench.cwd, "node_modules/dragflow-agent/src"),
    );
    await write("suite.mts", SUITE.replace(JSON.stringify(EVALS), '"dragflow-agent/evals"'));
    const { code, stderr } = await bench.run(["eval", "suite.mts", "--no-baselines"]);
    expect(stderr).toContain("1/1 one: passed");
    expect(code).toBe(100);
  });
});

describe("a faulty one is refused with its file, before anything runs", () => {
  it.each([
    ["that exports none", "export const suite = {};", 'Expected suite.js to export a suite as default or "suite"'],
    ["that throws", "throw new Error('no weather today');", "Expected a module at suite.js, got no weather today"],
    [
      "whose form is wrong",
      `import { defineSuite } from ${JSON.stringify(EVALS)};
       export default defineSuite({ name: "s", cases: [{ name: "one", image: 5, ${EDIT} }] });`,
      "Expected a text at cases[0].image, got 5",
    ],
    [
      "whose scorer hides a shipped one",
      `import { defineSuite } from ${JSON.stringify(EVALS)};
       export default defineSuite({ name: "s", scorers: [{ name: "score" }], cases: [{ name: "one", image: "photo.png", ${EDIT} }] });`,
      "Expected scorers of new names in s, got score, which is shipped",
    ],
  ])("%s", async (_, text, message) => {
    await write("suite.js", text);
    const { code, stderr } = await bench.run(["eval", "suite.js"]);
    expect(stderr).toContain(message);
    expect(code).toBe(3);
    expect(bench.started).toBe(0);
  });

  it("two scorers of one name, and names that are no keys", () => {
    const scorer = {
      name: "own",
      label: "own",
      direction: "up",
      unit: "",
      digits: 1,
      source: "",
      noise: NO_NOISE,
    } as const;
    const score = () => 1;
    expect(() =>
      defineSuite({
        name: "s",
        scorers: [
          { ...scorer, score },
          { ...scorer, score },
        ],
      }),
    ).toThrow('Expected scorers of different names, got "own" twice');
    expect(() => defineScorer({ ...scorer, name: "My Score", score })).toThrow(TypeError);
  });
});
