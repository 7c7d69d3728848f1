/** The corpus again, and a short sample of new inputs that follow from a seed. `npm run test:long` goes on from there. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CORPUS, fuzz } from "./run.ts";
import { TARGETS } from "./targets/index.ts";

const NAMES = TARGETS.map(({ name }) => name);
/** Of each target, beside its seeds; an edit costs a hundred times a header. */
const SAMPLE = 16;

describe("hostile inputs", () => {
  it("stand in small files, each under the name of a target", () => {
    const folders = readdirSync(CORPUS);
    expect(folders.filter((name) => !NAMES.includes(name))).toEqual([]);
    const files = folders.flatMap((name) => readdirSync(join(CORPUS, name)).map((file) => join(CORPUS, name, file)));
    expect(files.length).toBeGreaterThan(40);
    expect(files.reduce((sum, file) => sum + statSync(file).size, 0)).toBeLessThan(1_500_000);
  });

  it("are refused in words or read, without crash, hang or much memory", { timeout: 900_000 }, async () => {
    const { figures, findings } = await fuzz({ seed: 12, seconds: 800, executions: SAMPLE, coverage: false });
    expect(findings.map(({ target, what, detail }) => `${target}: ${what}: ${detail}`)).toEqual([]);
    expect(figures.map(({ target }) => target)).toEqual(NAMES);
    for (const { target, executions, valid } of figures) {
      expect([target, executions >= SAMPLE, valid > 0]).toEqual([target, true, true]);
    }
  });
});
