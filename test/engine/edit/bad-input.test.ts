/** What an edit refuses: each by its own code, in words that say what was expected and what arrived, writing nothing. */
import { mkdir, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writePng } from "../../../src/engine/image/raster-io.ts";
import { LocalEngine } from "../../../src/engine/local.ts";
import type { Recipe } from "../../../src/engine/recipe/schema.ts";
import type { ErrorCode } from "../../../src/errors.ts";
import { patchWeights, tinyBundle, WEIGHTS } from "../../helpers/bundle.ts";
import { discOnGround, maskWhere } from "../../helpers/pictures.ts";
import { ownFolder } from "../image/make.ts";

const folder = await ownFolder();
const engine = new LocalEngine({ home: join(folder, "home") });
const bundle = await tinyBundle();
const [WIDTH, HEIGHT] = [64, 48];

afterAll(async () => {
  await engine.close();
  await rm(bundle, { recursive: true, force: true });
});
beforeAll(async () => {
  await writePng(join(folder, "disc.png"), discOnGround(WIDTH, HEIGHT, 24, 24, 8));
  await writePng(
    join(folder, "other-size.png"),
    maskWhere(WIDTH, HEIGHT + 1, () => true),
  );
  await writePng(
    join(folder, "black.png"),
    maskWhere(WIDTH, HEIGHT, () => false),
  );
  await writeFile(join(folder, "empty.png"), "");
  await writeFile(join(folder, "words.jpg"), "These are words, no picture.");
  await writeFile(join(folder, "drawing.svg"), '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>');
  const noise = {
    width: 64,
    height: 64,
    channels: 3,
    background: "black",
    noise: { type: "gaussian", mean: 128, sigma: 40 },
  } as const;
  const { size } = await sharp({ create: noise }).png().toFile(join(folder, "truncated.png"));
  await truncate(join(folder, "truncated.png"), Math.floor(size / 2));
});

const REGION = { box: [16, 16, 32, 32] };
const MOVE = { type: "relocation", by: [10, 0] };
const recipeOf = (region: unknown = REGION, motion: unknown = MOVE, more: Record<string, unknown> = {}) => ({
  operations: [{ region, motion }],
  quality: "preview",
  ...more,
});

/** Nothing may lie under the folder of the edit, nor beside it as an unfinished one. */
async function refused(recipe: unknown, code: ErrorCode, message: RegExp, image = "disc.png"): Promise<void> {
  const dir = join(folder, "out", "edit");
  await mkdir(join(folder, "out"), { recursive: true });
  // A caller in plain JavaScript is not held to the type.
  const request = { image: join(folder, image), recipe: recipe as Recipe, baseDir: folder, dir };
  const error = await engine.edit(request).catch((cause: unknown) => cause);
  expect(error).toMatchObject({ name: "EditError", code, message: expect.stringMatching(message) });
  expect(await readdir(join(folder, "out"))).toEqual([]);
}

describe("pictures", () => {
  test.each<[string, ErrorCode, RegExp]>([
    ["missing.png", "not-found", /missing\.png/],
    ["empty.png", "image-unreadable", /empty\.png/],
    ["words.jpg", "image-unreadable", /words\.jpg/],
    ["drawing.svg", "image-unsupported", /SVG/i],
    ["truncated.png", "image-unreadable", /truncated\.png/],
  ])("%s", (image, code, message) => refused(recipeOf(), code, message, image));
});

describe("regions and motions", () => {
  test.each<[string, unknown, unknown, ErrorCode, RegExp]>([
    ["a region outside the picture", { box: [100, 100, 120, 120] }, MOVE, "region-outside", /64x48/],
    ["a region without area", { box: [20, 20, 20, 30] }, MOVE, "region-empty", /20/],
    ["a mask that is black", { mask: "black.png" }, MOVE, "region-empty", /./],
    [
      "a mask of another size",
      { mask: "other-size.png" },
      MOVE,
      "mask-size-mismatch",
      /Expected mask of 64x48.*got 64x49/,
    ],
    ["a mask that is no picture", { mask: "words.jpg" }, MOVE, "mask-unreadable", /words\.jpg/],
    ["a target outside the picture", REGION, { type: "relocation", by: [500, 0] }, "target-outside", /./],
    ["a rotation without a point", REGION, { type: "rotation", degrees: 30 }, "rotation-without-about", /about/],
    ["an unknown motion", REGION, { type: "teleport", by: [1, 1] }, "motion-unknown", /relocation.*got "teleport"/],
    ["a motion that says nothing", REGION, { type: "relocation" }, "recipe-invalid", /operations\[0\]\.motion/],
    [
      "NaN in a region",
      { box: [16, 16, Number.NaN, 32] },
      MOVE,
      "recipe-invalid",
      /operations\[0\]\.region\.box\[2\], got NaN/,
    ],
    ["null in a motion", REGION, { type: "relocation", by: [10, null] }, "recipe-invalid", /motion\.by\[1\], got null/],
    [
      "infinity in a motion",
      REGION,
      { type: "scale", factor: Number.POSITIVE_INFINITY },
      "recipe-invalid",
      /got Infinity/,
    ],
  ])("%s", (_name, region, motion, code, message) => refused(recipeOf(region, motion), code, message));
});

describe("recipes and models", () => {
  test.each<[string, unknown, ErrorCode, RegExp]>([
    ["no operations", recipeOf(REGION, MOVE, { operations: [] }), "recipe-invalid", /operations/],
    ["an unknown key", recipeOf(REGION, MOVE, { operation: [] }), "recipe-invalid", /got unknown "operation"/],
    ["no recipe at all", null, "recipe-invalid", /Expected an object at the top of the recipe, got null/],
    ["an unknown quality", recipeOf(REGION, MOVE, { quality: "best" }), "recipe-invalid", /quality, got "best"/],
    [
      "an unknown option",
      recipeOf(REGION, MOVE, { quality: "full", options: { steps: 3 } }),
      "recipe-invalid",
      /unknown "steps"/,
    ],
    ["an unknown model", recipeOf(REGION, MOVE, { quality: "full", model: "maxi" }), "not-found", /got "maxi"/],
    [
      "a model outside",
      recipeOf(REGION, MOVE, { quality: "full", model: "../../etc" }),
      "not-found",
      /got "\.\.\/\.\.\/etc"/,
    ],
  ])("%s", (_name, recipe, code, message) => refused(recipe, code, message));

  test("a device that this build does not have", async () => {
    const device = process.platform === "darwin" ? "directml" : "coreml";
    const request = {
      image: join(folder, "disc.png"),
      recipe: recipeOf(REGION, MOVE, { quality: "full" }) as unknown as Recipe,
    };
    const edit = engine.edit({ ...request, baseDir: folder, dir: join(folder, "out", "edit"), device });
    await expect(edit).rejects.toMatchObject({
      code: "device-missing",
      message: `Expected the device ${device}, it does not answer: not part of this build`,
    });
  });

  test("a checkpoint with a misshapen, then with a missing tensor: before the picture is touched", async () => {
    const recipe = recipeOf(REGION, MOVE, { quality: "full", model: bundle });
    const weights = join(bundle, "transformer", WEIGHTS);
    await patchWeights(weights, (shapes) => shapes.set("x_embedder.bias", [23]));
    const misshapen = /tensor "x_embedder\.bias": expected shape \[24\], found \[23\]/;
    await refused(recipe, "checkpoint-invalid", misshapen, "missing.png");
    await patchWeights(weights, (shapes) => shapes.delete("x_embedder.bias"));
    await refused(recipe, "checkpoint-invalid", /expected tensor "x_embedder\.bias", it is missing/, "missing.png");
  });
});
