import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { estimate, learn } from "../../../src/engine/edit/estimate.ts";
import { readRates, writeRates } from "../../../src/engine/edit/speed-file.ts";
import type { Workload } from "../../../src/engine/edit/workload.ts";

const seconds = { total: 20, encode: 1, invert: 4, drag: 8, sample: 2, decode: 1, composite: 1 };
const work = (megapixels: number, iterations: number, tokens = 100): Workload => {
  return { megapixels, model: { tokens, evaluations: 10, iterations, samples: 20 } };
};

describe("an estimate", () => {
  it("is unknown before anything was measured", () => {
    expect(estimate({}, work(1, 70))).toBeUndefined();
    expect(estimate({}, { megapixels: 1 })).toBeUndefined();
  });

  it("of the same work is what it took", () => {
    expect(estimate(learn({}, work(1, 70), seconds), work(1, 70))).toBeCloseTo(20);
  });

  it("grows with tokens, iterations and pixels, each by its own share", () => {
    const rates = learn({}, work(1, 70), seconds);
    expect(estimate(rates, work(1, 140))).toBeCloseTo(28);
    expect(estimate(rates, work(1, 70, 200))).toBeCloseTo(36);
    expect(estimate(rates, work(2, 70))).toBeCloseTo(24);
  });

  it("is unknown where a part was never measured", () => {
    const fast = learn({}, work(1, 0), { ...seconds, drag: 0, total: 12 });
    expect(estimate(fast, work(1, 0))).toBeCloseTo(12);
    expect(estimate(fast, work(1, 70))).toBeUndefined();
  });

  it("does not reach from small pictures to large ones", () => {
    const rates = learn({}, { megapixels: 0.3 }, { ...seconds, encode: 0, invert: 0, drag: 0, sample: 0, decode: 0 });
    expect(estimate(rates, { megapixels: 0.6 })).toBeCloseTo(40);
    expect(estimate(rates, { megapixels: 12 })).toBeUndefined();
  });

  it("follows a machine whose speed changes, and forgets nothing of what it did not do", () => {
    const once = learn({}, work(1, 70), seconds);
    const twice = learn(once, work(1, 0), { ...seconds, drag: 0, invert: 8, total: 16 });
    expect(twice.drag).toBe(once.drag);
    expect(twice.invert).toBeCloseTo(1.5 * (once.invert ?? 0));
  });
});

describe("the speed file", () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "dragflow-speed-"));
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  it("keeps the rates of each model", async () => {
    await writeRates(home, "a", { drag: 1 });
    await writeRates(home, "b", { drag: 2, picture: { "-2": 3 } });
    expect(await readRates(home, "a")).toEqual({ drag: 1 });
    expect(await readRates(home, "b")).toEqual({ drag: 2, picture: { "-2": 3 } });
    expect(await readRates(home, "c")).toEqual({});
  });

  it.each(["", "{", '{"version":2,"models":{}}', '{"version":1,"models":{"a":{"drag":-1}}}'])(
    "counts as empty when it holds %s, and is written anew",
    async (text) => {
      await writeFile(join(home, "speed.json"), text);
      expect(await readRates(home, "a")).toEqual({});
      await writeRates(home, "a", { drag: 1 });
      expect(JSON.parse(await readFile(join(home, "speed.json"), "utf8"))).toMatchObject({ version: 1 });
    },
  );

  it("fails no edit where it cannot be written", async () => {
    await writeFile(join(home, "file"), "");
    await expect(writeRates(join(home, "file"), "a", { drag: 1 })).resolves.toBeUndefined();
    expect(await readRates(join(home, "file"), "a")).toEqual({});
  });
});
