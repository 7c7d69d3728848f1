import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EditOutcome } from "../../src/engine/api.ts";
import { parseRecipe } from "../../src/engine/recipe/parse.ts";
import { reportHtml } from "../../src/report/edit-report.ts";
import { reportPictures } from "../../src/report/pictures.ts";
import { FakeEngine } from "../helpers/fake-engine.ts";

describe("the sampling's film strip in an edit's report", () => {
  const engine = new FakeEngine();
  let dir: string;
  let outcome: EditOutcome;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "dragflow-film-"));
    const image = join(dir, "photo.png");
    await sharp({ create: { width: 40, height: 30, channels: 3, background: "teal" } }).toFile(image);
    const recipe = parseRecipe({
      operations: [{ region: { box: [4, 4, 20, 20] }, motion: { type: "relocation", by: [9, 0] } }],
    });
    outcome = await engine.edit({ image, recipe, baseDir: dir, dir: join(dir, "edit") });
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  const page = async (files: EditOutcome["files"]) =>
    reportHtml({
      outcome: { ...outcome, files },
      written: { receipt: outcome.receipt, path: files.image, format: "png" },
      warnings: [],
      pictures: await reportPictures(engine, files, {}),
      losses: [],
      recipeAt: "beside",
    });

  test("is one more picture, said in words, where the edit has one", async () => {
    const [without, withFilm] = [
      await page(outcome.files),
      await page({ ...outcome.files, film: outcome.files.after }),
    ];
    const pictures = (text: string) => text.match(/<img /g)?.length ?? 0;
    expect(pictures(withFilm)).toBe(pictures(without) + 1);
    expect(withFilm).toContain("What the sampling was heading for");
    expect(without).not.toContain("What the sampling was heading for");
  });
});
