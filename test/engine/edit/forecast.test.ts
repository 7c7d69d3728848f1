import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EditOutcome } from "../../../src/engine/api.ts";
import { writePng } from "../../../src/engine/image/raster-io.ts";
import { LocalEngine } from "../../../src/engine/local.ts";
import { parseRecipe } from "../../../src/engine/recipe/parse.ts";
import { discOnGround } from "../../helpers/pictures.ts";

let base: string;
let image: string;
let engine: LocalEngine;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "dragflow-plan-"));
  image = join(base, "photo.png");
  await writePng(image, discOnGround(120, 90, 40, 45, 15));
  engine = new LocalEngine({ home: join(base, "home") });
});
afterAll(async () => {
  await engine.close();
  await rm(base, { recursive: true, force: true });
});

const recipe = (quality: string, more: object = {}) =>
  parseRecipe({
    quality,
    operations: [{ label: "disc", region: { box: [25, 30, 55, 60] }, motion: { type: "relocation", by: [50, 0] } }],
    ...more,
  });

describe("a forecast", () => {
  it("says where things go, what may change and what the model would see, and writes nothing", async () => {
    const forecast = await engine.plan({ image, recipe: recipe("full"), baseDir: base });
    expect(forecast).toMatchObject({
      width: 120,
      height: 90,
      quality: "full",
      regions: [{ label: "disc", box: [25, 30, 55, 60], centroid: [40, 45], target: [90, 45], keepSource: false }],
      recipe: { version: 1, operations: [{ label: "disc" }] },
      warnings: [{ code: "region-grown" }],
    });
    expect(forecast.regions[0]?.targetBox.map(Math.round)).toEqual([75, 30, 105, 60]);
    expect(forecast.regions[0]?.area).toBeCloseTo(900 / 10800);
    const [x0, , x1] = forecast.editable.box;
    expect(x0).toBeLessThan(25);
    expect(x1).toBeGreaterThan(105);
    const { view } = forecast;
    expect(view?.tokens).toBe(((view?.width ?? 0) / 16) * ((view?.height ?? 0) / 16));
    expect(view?.iterations).toBeGreaterThan(0);
    expect(forecast.seconds).toBeUndefined();
    expect(await readdir(base)).toEqual(["photo.png"]);
  });

  it("writes its two pictures where a folder is named", async () => {
    const dir = join(base, "report");
    const { files } = await engine.plan({ image, recipe: recipe("preview"), baseDir: base, dir });
    expect(await readdir(dir)).toEqual(["editable.png", "regions.png"]);
    expect(files).toEqual({ regions: join(dir, "regions.png"), editable: join(dir, "editable.png") });
  });

  it("is refused as the edit would be", async () => {
    const outside = { type: "relocation", by: [500, 0] };
    const operations = [{ region: { box: [25, 30, 55, 60] }, motion: outside }];
    const plan = engine.plan({ image, recipe: recipe("preview", { operations }), baseDir: base });
    await expect(plan).rejects.toMatchObject({ code: "target-outside" });
    const unknown = engine.plan({ image, recipe: recipe("full", { model: "no-such" }), baseDir: base });
    await expect(unknown).rejects.toMatchObject({ code: "not-found" });
  });

  it("knows the seconds once an edit has been made", async () => {
    const request = { image, recipe: recipe("preview"), baseDir: base };
    const before = await engine.plan(request);
    expect(before.view).toBeUndefined();
    const outcome: EditOutcome = await engine.edit({ ...request, dir: join(base, "edit") });
    const after = await engine.plan(request);
    expect(before.seconds).toBeUndefined();
    expect(after.seconds).toBeCloseTo(outcome.seconds.total, 5);
    expect(after.editable.area).toBeCloseTo(outcome.receipt.editableArea);
    expect(after.recipe).toEqual(outcome.recipe);
  });
});
