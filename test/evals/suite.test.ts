import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SUITE_SCHEMA_FILE, suiteSchemaText } from "../../scripts/schema.ts";
import { loadSuite } from "../../src/evals/suite/load.ts";
import { photo } from "../helpers/mcp.ts";

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "dragflow-suite-"));
  await photo(join(cwd, "photo.png"));
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

async function load(text: string, overrides = {}) {
  await writeFile(join(cwd, "s.yaml"), text);
  return loadSuite("s.yaml", cwd, overrides);
}

const CASE = `  - name: one
    image: photo.png
    edit:
      - region: { box: [4, 4, 20, 20] }
        motion: { type: relocation, by: [10, 0] }
`;
const GOOD = `name: s\ncases:\n${CASE}`;

describe("a suite", () => {
  it("gets defaults, then the file's, then the caller's", async () => {
    const { settings } = await load(`name: s\ndefaults: { quality: fast, seed: 7 }\ncases:\n${CASE}`, { seed: 8 });
    expect(settings).toEqual({ quality: "fast", seed: 8, model: "mini", options: {} });
  });

  it("carries its settings into the recipes of edit cases", async () => {
    const { cases } = await load(GOOD, { quality: "preview", seed: undefined });
    expect(cases[0]?.request).toMatchObject({
      type: "edit",
      recipe: { quality: "preview", seed: 42, editable: "auto" },
    });
    expect(cases[0]?.image).toBe(join(cwd, "photo.png"));
  });

  it("takes over another's cases and thresholds, and wins over its defaults", async () => {
    await writeFile(
      join(cwd, "base.yaml"),
      `${GOOD}defaults: { seed: 5, quality: preview }\nthresholds: { score: { min: 0.5 } }\n`,
    );
    const suite = await load("name: child\nextends: base.yaml\ndefaults: { quality: full }\n");
    expect(suite).toMatchObject({
      name: "child",
      settings: { quality: "full", seed: 5 },
      thresholds: { score: { min: 0.5 } },
    });
    expect(suite.cases.map(({ name }) => name)).toEqual(["one"]);
  });
});

describe("a faulty suite is refused with file, line and path", () => {
  const edited = (from: string, to: string) => GOOD.replace(from, to);
  const FAULTS: readonly [what: string, text: string, message: string][] = [
    ["no YAML", "name: s\ncases: [\n", "s.yaml:3: Expected a suite as YAML: "],
    ["a key twice", "name: s\nname: t\n", "s.yaml:2: Expected a suite as YAML: Map keys must be unique"],
    ["an alias without anchor", "name: *nobody\n", "Expected a suite as YAML: "],
    ["nothing in it", "", "s.yaml:1: Expected an object at the top of the suite, got null"],
    ["no cases", "name: s\n", 's.yaml:1: Expected "cases" or "extends" at the top of the suite, got neither'],
    [
      "an unknown key",
      `${GOOD}colour: red\n`,
      's.yaml:8: Expected only known keys at the top of the suite, got unknown "colour"',
    ],
    [
      "an unknown key of a case",
      edited("name: one", "name: one\n    oops: 1"),
      's.yaml:4: Expected only known keys at cases[0], got unknown "oops"',
    ],
    [
      "a number that is none",
      edited("by: [10, 0]", "by: [10, far]"),
      's.yaml:7: Expected a number at cases[0].edit[0].motion.by[1], got "far"',
    ],
    [
      "both by and to",
      edited("by: [10, 0]", "by: [10, 0], to: [1, 1]"),
      's.yaml:7: Expected exactly one of "by" and "to" in a relocation at cases[0].edit[0].motion, got both',
    ],
    [
      "an unknown metric",
      edited("name: one", "name: one\n    thresholds:\n      scor: { min: 1 }"),
      's.yaml:5: Expected only known keys at cases[0].thresholds, got unknown "scor"',
    ],
    [
      "a threshold without a limit",
      edited("name: one", "name: one\n    thresholds: { score: {} }"),
      "s.yaml:4: Expected an object with one of min, max at cases[0].thresholds.score, got {}",
    ],
    [
      "a picture that is not there",
      edited("photo.png", "gone.png"),
      "s.yaml:4: Expected a picture's file at cases[0].image, got gone.png, which is none",
    ],
    [
      "a name twice",
      `${GOOD}${CASE}`,
      's.yaml:8: Expected a name that no other case has at cases[1].name, got "one" again',
    ],
    [
      "a base that is not there",
      "name: s\nextends: gone.yaml\n",
      "s.yaml:2: Expected a suite's file at extends, got gone.yaml",
    ],
    [
      "options beside words",
      "name: s\ndefaults:\n  options: { numSteps: 4 }\ncases:\n  - { name: a, image: photo.png, say: move it left }\n",
      "s.yaml:3: Expected no options",
    ],
  ];

  it.each(FAULTS)("%s", async (_, text, message) => {
    await expect(load(text)).rejects.toMatchObject({
      code: "suite-invalid",
      message: expect.stringContaining(message),
    });
  });

  it("nests no deeper than a suite needs", async () => {
    for (const text of ["[".repeat(9000), "- ".repeat(9000), `name: s\nx: ${'{"a":'.repeat(100)}0${"}".repeat(100)}`]) {
      await expect(load(text)).rejects.toMatchObject({
        code: "suite-invalid",
        message: expect.stringMatching(/at most 64 deep/),
      });
    }
  });

  it("an error for every character, none with a stack: two million of them would fill the memory", async () => {
    const before = Error.stackTraceLimit;
    const refused = await load("}".repeat(100_000)).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "suite-invalid", message: expect.stringContaining("s.yaml:1: ") });
    expect((refused as Error & { cause: Error }).cause.stack).not.toContain("\n    at ");
    expect(Error.stackTraceLimit).toBe(before);
  });

  it("no file at all", async () => {
    await expect(loadSuite("gone.yaml", cwd)).rejects.toMatchObject({ code: "suite-invalid" });
  });
});

describe("what ships", () => {
  it("publishes the suite's schema as it is (run scripts/schema.ts after a change)", async () => {
    expect(await readFile(SUITE_SCHEMA_FILE, "utf8")).toBe(suiteSchemaText());
  });

  it("first-light and full are known by name, and have the same cases", async () => {
    const [quick, full] = [await loadSuite("first-light", cwd), await loadSuite("full", cwd)];
    expect(quick.settings.quality).toBe("preview");
    expect(full.settings.quality).toBe("full");
    expect(full.cases.map(({ name }) => name)).toEqual(quick.cases.map(({ name }) => name));
    expect(new Set(quick.cases.map(({ request }) => request.type))).toEqual(new Set(["edit", "say"]));
  });

  it("credits every picture", async () => {
    const sources = fileURLToPath(new URL("../../evals/pictures/SOURCES.tsv", import.meta.url));
    const credited = (await readFile(sources, "utf8")).split("\n").map((line) => line.split("\t")[0]);
    const { cases } = await loadSuite("first-light", cwd);
    expect(cases.filter(({ image }) => !credited.includes(image.split(/[\\/]/).at(-1)))).toEqual([]);
  });

  it.each(["first-light", "full", "gate"])("%s names its schema for editors", async (name) => {
    const text = await readFile(new URL(`../../evals/suites/${name}.yaml`, import.meta.url), "utf8");
    expect(text.split("\n")[0]).toBe("# yaml-language-server: $schema=../../schema/suite.schema.json");
  });
});
