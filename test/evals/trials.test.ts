import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeMark } from "../../src/evals/code-mark.ts";
import { canonical } from "../../src/evals/content-key.ts";
import { loadSuite } from "../../src/evals/suite/load.ts";
import { trialsOf } from "../../src/evals/trials.ts";
import { photo } from "../helpers/mcp.ts";

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "dragflow-trials-"));
  await photo(join(cwd, "photo.png"));
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

const CASE =
  "{ name: a, image: photo.png, edit: [{ region: { box: [4, 4, 20, 20] }, motion: { type: relocation, by: [8, 0] } }] }";
const GOOD = `name: s\ndefaults: { quality: preview, trials: 2 }\ncases:\n  - ${CASE}\n`;

async function keys(text = GOOD, ground = {}) {
  await writeFile(join(cwd, "s.yaml"), text);
  const trials = await trialsOf(await loadSuite("s.yaml", cwd), { home: cwd, code: "c", planner: "local", ...ground });
  return trials.map(({ key }) => key);
}

describe("a trial's key", () => {
  it("is the same for the same edit, and differs from trial to trial", async () => {
    const [first, second] = await keys();
    expect(first).toMatch(/^[0-9a-f]{24}$/);
    expect(second).not.toBe(first);
    expect(await keys()).toEqual([first, second]);
  });

  it("is another for another motion, quality, code or picture, and the same for other thresholds", async () => {
    const [first] = await keys();
    expect((await keys(GOOD.replace("[8, 0]", "[8, 1]")))[0]).not.toBe(first);
    expect((await keys(GOOD.replace("quality: preview", "quality: fast")))[0]).not.toBe(first);
    expect((await keys(GOOD, { code: "d" }))[0]).not.toBe(first);
    expect((await keys(`${GOOD}thresholds: { score: { min: 0.9 } }\n`))[0]).toBe(first);
    await writeFile(join(cwd, "photo.png"), "another");
    expect((await keys())[0]).not.toBe(first);
  });

  it("does not depend on the order of keys in a recipe", () => {
    expect(canonical({ b: [1, { d: 1, c: 2 }], a: 1 })).toBe(canonical({ a: 1, b: [1, { c: 2, d: 1 }] }));
    expect(canonical({ a: [1, 2] })).not.toBe(canonical({ a: [2, 1] }));
  });

  it("knows the program by its code", async () => {
    expect(await codeMark()).toMatch(/^[0-9a-f]{16}$/);
  });
});
