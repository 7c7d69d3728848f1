/** The baseline that needs no engine, and what the ablations try. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { writePng } from "../../src/engine/image/raster-io.ts";
import { findBundle } from "../../src/engine/models/find-bundle.ts";
import { readSettings } from "../../src/engine/models/read-settings.ts";
import { withOptions } from "../../src/engine/models/settings.ts";
import { parseRecipe } from "../../src/engine/recipe/parse.ts";
import { ablations } from "../../src/evals/ablation/variants.ts";
import { BASELINES } from "../../src/evals/baselines/index.ts";
import { warpTelea } from "../../src/evals/baselines/warp-telea.ts";
import { configLabel, INVERSION_CONFIGS, inversionSettings } from "../../src/evals/inversion/configs.ts";
import { inversionTable } from "../../src/evals/inversion/table.ts";
import { measure } from "../../src/evals/measures.ts";
import { SCORERS } from "../../src/evals/metrics/index.ts";
import { readShot, sampleOf, zonesOf } from "../../src/evals/sample.ts";
import { FakeEngine } from "../helpers/fake-engine.ts";
import { discOnGround } from "../helpers/pictures.ts";

const dir = await mkdtemp(join(tmpdir(), "dragflow-baselines-"));
afterAll(() => rm(dir, { recursive: true, force: true }));

it("warp and Telea: the disc is at its target, its place is filled, the outside is untouched", async () => {
  const image = join(dir, "picture.png");
  await writePng(image, discOnGround(96, 64, 24, 32, 12));
  const region = { ellipse: { center: [24, 32], radius: [12, 12] } };
  const recipe = parseRecipe({ operations: [{ region, motion: { type: "relocation", by: [40, 0] } }] });
  const original = await readShot(image);
  const zones = await zonesOf(recipe, original);
  const one = { image, original, zones, recipe, baseDir: dir, points: undefined, dir, device: undefined };
  const made = await warpTelea.run(one, new FakeEngine(), {});
  const result = await readShot(made?.image ?? "");
  const measures = await measure(sampleOf({ zones, original, result, recipe, cost: { seconds: 0 } }), SCORERS);
  expect(measures).toMatchObject({ outside_changed: 0, patch_distance: expect.closeTo(0, 0) });
  expect(measures.target_psnr).toBeGreaterThan(35);
  expect(measures.source_cleared).toBeGreaterThan(0.8);
}, 60_000);

it("every baseline has a name and words of its own", () => {
  expect(BASELINES.map(({ name }) => name)).toEqual(["nothing", "paste", "telea", "preview", "point", "latent_copy"]);
  expect(new Set(BASELINES.map(({ about }) => about)).size).toBe(BASELINES.length);
});

it("the options of every ablation are ones that the engine takes", async () => {
  const settings = await readSettings(await findBundle("mini"));
  const { features, transportIterations: iterations } = settings;
  const all = ablations({ features, iterations, doubles: 4, readsPrompts: true, hasAdapter: true });
  expect(all.map(({ name }) => name)).toEqual(["table-3", "table-5", "init", "kv", "block", "iterations"]);
  for (const { options } of all.flatMap(({ variants }) => variants)) {
    expect(() => withOptions(settings, options, { doubles: 4, singles: 8 })).not.toThrow();
  }
  const bare = ablations({ features, iterations, doubles: 4, readsPrompts: false, hasAdapter: false });
  expect(bare.find(({ name }) => name === "table-5")).toBeUndefined();
  expect(bare.find(({ name }) => name === "table-3")?.variants).toHaveLength(3);
});

it("the inversion table has eight ways, and a column only where something was measured", async () => {
  expect(INVERSION_CONFIGS.map(configLabel)).toEqual([
    "Euler, nothing",
    "Euler, K/V",
    "Euler, adapter",
    "Euler, K/V + adapter",
    "FireFlow, nothing",
    "FireFlow, K/V",
    "FireFlow, adapter",
    "FireFlow, K/V + adapter",
  ]);
  const settings = await readSettings(await findBundle("mini"));
  const wanted = { solver: "fireflow", kv: true, adapter: false } as const;
  expect(inversionSettings(settings, wanted)).toMatchObject({ numSteps: 25, skip: 6, kv: "on", adapter: "off" });
  const rows = [{ label: "Euler, nothing", means: { psnr: 20, ssim: 0.5, seconds: 2 }, each: [] }];
  const text = inversionTable({ title: "T", rows, notes: ["said"] });
  expect(text).toMatch(/^T\n\ninversion +PSNR dB ↑ +SSIM ↑ +s\nEuler, nothing +20\.00 +0\.500 +2\.0\nsaid\n$/);
});
