/** The published folder formats, each written small into a temporary folder: what is read, and what is refused by name. */
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { areaPixels } from "../../src/engine/geometry/mask.ts";
import { readMask, writePng } from "../../src/engine/image/raster-io.ts";
import { parseRecipe } from "../../src/engine/recipe/parse.ts";
import { DATASET_NAMES, detectDataset, loadDataset } from "../../src/evals/datasets/index.ts";
import { writeRedCase } from "../../src/evals/datasets/make-red-case.ts";
import { regionsOfPairs } from "../../src/evals/datasets/pairs-to-regions.ts";
import type { SuiteCase } from "../../src/evals/suite/suite.ts";
import { discOnGround, maskWhere } from "../helpers/pictures.ts";

const [WIDTH, HEIGHT] = [96, 64];
const picture = discOnGround(WIDTH, HEIGHT, 24, 32, 12);
const editable = maskWhere(WIDTH, HEIGHT, (x, y) => x >= 8 && x < 88 && y >= 8 && y < 56);
const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "dragflow-datasets-"));
});
afterAll(() => rm(home, { recursive: true, force: true }));

async function folder(...path: string[]): Promise<string> {
  const dir = join(home, ...path);
  await mkdir(dir, { recursive: true });
  return dir;
}

function recipeOf({ request }: SuiteCase) {
  if (request.type !== "edit") throw new Error("data sets have recipes");
  return request.recipe;
}

function only<T>(list: readonly T[]): T {
  const [first, ...rest] = list;
  if (first === undefined || rest.length > 0) throw new Error(`expected one, got ${list.length}`);
  return first;
}

/** Pixels of an operation's region. */
async function regionArea(one: SuiteCase, index = 0): Promise<number> {
  const region = recipeOf(one).operations[index]?.region;
  if (region === undefined || !("mask" in region)) throw new Error("expected a mask");
  return areaPixels(await readMask(region.mask, ""));
}

describe("DragBench", () => {
  it("points become the thing that they lie on, and remember it", async () => {
    const dir = await folder("dragbench", "art_work", "one");
    await writePng(join(dir, "original_image.png"), picture);
    await copyFile(fixture("points.pkl"), join(dir, "meta_data.pkl"));
    const cacheDir = join(home, "cache");
    const set = await loadDataset(join(home, "dragbench"), { cacheDir });
    const one = only(set.cases);
    expect(one).toMatchObject({ name: "art_work/one", tags: ["art_work"], provenance: { dataset: "DragBench" } });
    expect(one.points).toEqual([{ handle: [24.5, 32.5], target: [64.5, 32.5] }]);
    expect(recipeOf(one)).toMatchObject({ sourcePrompt: "a red disc" });
    expect(only(recipeOf(one).operations).motion).toEqual({ type: "relocation", by: [40, 0] });
    const area = await regionArea(one);
    expect(area / (Math.PI * 144)).toBeGreaterThan(0.8);
    expect(area / (Math.PI * 144)).toBeLessThan(1.2);
    expect(set.notes.join()).toMatch(/the segmenter/);
    expect(await readdir(cacheDir)).toHaveLength(1);
    const again = await loadDataset(join(home, "dragbench"), { cacheDir });
    expect(again.cases).toEqual(set.cases);
  }, 60_000);

  it("what is broken is named, what is whole still runs", async () => {
    const good = await folder("mixed", "good");
    await writePng(join(good, "original_image.png"), picture);
    await copyFile(fixture("points.pkl"), join(good, "meta_data.pkl"));
    const bare = await folder("mixed", "bare");
    await writePng(join(bare, "original_image.png"), picture);
    const small = await folder("mixed", "small");
    await writePng(join(small, "original_image.png"), discOnGround(48, 64, 24, 32, 12));
    await copyFile(fixture("points.pkl"), join(small, "meta_data.pkl"));
    const set = await loadDataset(join(home, "mixed"), { cacheDir: join(home, "cache") });
    expect(set.cases.map(({ name }) => name)).toEqual(["good"]);
    expect(set.broken.map(({ sample }) => sample)).toEqual(["bare", "small"]);
    expect(set.broken[0]?.message).toMatch(/meta_data\.pkl/);
    expect(set.broken[1]?.message).toMatch(/48x64 like the picture, got 96x64/);
  }, 60_000);

  it("unwanted samples are not even read", async () => {
    const set = await loadDataset(join(home, "mixed"), {
      cacheDir: join(home, "cache"),
      wanted: (name) => name === "good",
    });
    expect(set.broken).toEqual([]);
  }, 60_000);

  it("nor are those behind the last that is taken", async () => {
    const set = await loadDataset(join(home, "mixed"), { cacheDir: join(home, "cache"), limit: 1 });
    expect(set.cases).toHaveLength(1);
    // Alphabetical: "bare" comes before "good", "small" after it.
    expect(set.broken.map(({ sample }) => sample)).toEqual(["bare"]);
  }, 60_000);
});

describe("DragBench-SR and -DR", () => {
  it("dense pairs become one region with its motion; points beside are for measuring", async () => {
    const dir = await folder("sr", "one");
    await writePng(join(dir, "original_image.png"), picture);
    await copyFile(fixture("regions.pkl"), join(dir, "meta_data_region.pkl"));
    await copyFile(fixture("points.pkl"), join(dir, "meta_data.pkl"));
    expect((await detectDataset(join(home, "sr")))?.name).toBe("dragbench-sr");
    const one = only((await loadDataset(join(home, "sr"))).cases);
    expect(only(recipeOf(one).operations).motion).toEqual({ type: "relocation", by: [40, 0] });
    expect(await regionArea(one)).toBe(24 * 24);
    expect(one.points).toHaveLength(1);
    const below = await folder("dr", "animals", "one");
    for (const name of ["original_image.png", "meta_data_region.pkl"])
      await copyFile(join(dir, name), join(below, name));
    expect((await detectDataset(join(home, "dr")))?.name).toBe("dragbench-dr");
    expect(only((await loadDataset(join(home, "dr"))).cases).tags).toEqual(["animals"]);
  });

  it("turns and scales are found; two groups are two regions", () => {
    const cells = [0, 8, 16, 24].flatMap((y) => [0, 8, 16, 24].map((x) => [x, y] as const));
    const turned = cells.map(([x, y]) => ({ handle: [20 + x, 20 + y] as const, target: [150 - y, 20 + x] as const }));
    // As RegionDrag has it: every cell of the target, and where it is from.
    const grown = cells.map(([x, y]) => ({
      handle: [20 + x / 1.5, 140 + y / 1.5] as const,
      target: [120 + x, 120 + y] as const,
    }));
    const [a, b, ...rest] = regionsOfPairs([...turned, ...grown], { width: 256, height: 256 });
    expect(rest).toEqual([]);
    expect(a?.motions[0]).toMatchObject({ type: "rotation", degrees: expect.closeTo(90, 6) });
    expect(b?.motions[0]).toMatchObject({ type: "scale", factor: expect.closeTo(1.5, 6) });
    expect(a?.misfit).toBeCloseTo(0, 6);
  });
});

describe("Drag100 and VFD-Bench", () => {
  it("Drag100: JPEG, mask and points", async () => {
    const dir = await folder("drag100", "disc_0");
    const raw = { raw: { width: WIDTH, height: HEIGHT, channels: 3 as const } };
    await sharp(picture.data, raw).jpeg({ quality: 95 }).toFile(join(dir, "original.jpg"));
    await writePng(join(dir, "mask.png"), editable);
    await writeFile(join(dir, "points.json"), '{"points": [[24, 32], [60, 40]]}');
    const set = await loadDataset(join(home, "drag100"));
    expect(set.name).toBe("Drag100");
    expect(only(recipeOf(only(set.cases)).operations).motion).toMatchObject({ by: [36, 8] });
  }, 60_000);

  it("VFD-Bench: the next frame is the truth", async () => {
    const dir = await folder("vfd", "disc_move_0");
    await writePng(join(dir, "input.png"), picture);
    await writePng(join(dir, "gt.png"), discOnGround(WIDTH, HEIGHT, 64, 32, 12));
    await writePng(join(dir, "mask.png"), editable);
    await writeFile(join(dir, "points.json"), '{"points": [[24, 32], [64, 32]]}');
    await writeFile(join(dir, "prompt.json"), '{"prompt": "a disc"}');
    const one = only((await loadDataset(join(home, "vfd"), { cacheDir: join(home, "cache") })).cases);
    expect(one.truth).toBe(join(dir, "gt.png"));
    await writeFile(join(dir, "points.json"), '{"points": [[24, 32]]}');
    await expect(loadDataset(join(home, "vfd"))).rejects.toMatchObject({
      code: "dataset-invalid",
      message: expect.stringMatching(/disc_move_0: Expected "points" in points\.json as an even list/),
    });
  }, 60_000);
});

describe("ReD Bench", () => {
  it("the shipped set: all three tasks, both prompts", async () => {
    const set = await loadDataset(fileURLToPath(new URL("../../evals/sets/red-mini", import.meta.url)));
    expect(set.broken).toEqual([]);
    expect(set.cases.map(({ name }) => name)).toEqual(["I1", "I2", "I3", "I4", "I5", "I6"]);
    expect(new Set(set.cases.flatMap(({ tags }) => tags))).toEqual(
      new Set(["transformation", "rotation", "deformation"]),
    );
    for (const one of set.cases) {
      const { sourcePrompt, prompt } = recipeOf(one);
      expect(sourcePrompt).not.toBe("");
      expect(prompt.startsWith(sourcePrompt) && prompt.length > sourcePrompt.length).toBe(true);
    }
    expect(recipeOf(set.cases[1] as SuiteCase).operations).toHaveLength(2);
  });

  it("a case that was written is read again as the same edit", async () => {
    const image = join(await folder("made"), "picture.png");
    await writePng(image, picture);
    const recipe = parseRecipe({
      sourcePrompt: "a disc",
      prompt: "a disc further right",
      operations: [
        {
          region: { ellipse: { center: [24, 32], radius: [12, 12] } },
          motion: { type: "rotation", degrees: 90, about: [40, 32] },
        },
      ],
    });
    await writeRedCase({ recipe, baseDir: home, image, dir: join(home, "red", "I1") });
    const one = only((await loadDataset(join(home, "red"))).cases);
    expect(recipeOf(one)).toMatchObject({ sourcePrompt: "a disc", prompt: "a disc further right" });
    const { motion } = only(recipeOf(one).operations);
    expect(motion).toMatchObject({ type: "rotation", about: [40.5, 32.5] });
    expect(await regionArea(one)).toBeCloseTo(Math.PI * 144, -1.5);
    await expect(writeRedCase({ recipe, baseDir: home, image, dir: join(home, "red", "I1") })).rejects.toMatchObject({
      code: "out-exists",
    });
  });

  it("what the format cannot say is refused", async () => {
    const image = join(await folder("made"), "picture.png");
    await writePng(image, picture);
    const scaled = { ellipse: { center: [24, 32], radius: [12, 12] } };
    const recipe = parseRecipe({ operations: [{ region: scaled, motion: { type: "scale", factor: 1.5 } }] });
    await expect(writeRedCase({ recipe, baseDir: home, image, dir: join(home, "no") })).rejects.toMatchObject({
      code: "recipe-invalid",
      message: expect.stringMatching(/got scale/),
    });
  });

  it("an operation without a blob is named", async () => {
    const dir = await folder("noblob", "I1");
    await writePng(join(dir, "original_image.png"), picture);
    await writePng(
      join(dir, "operation.png"),
      maskWhere(WIDTH, HEIGHT, (x) => x > 80),
    );
    const operation = {
      task: "transformation",
      centroids: [
        [24, 32],
        [64, 32],
      ],
      anchors: null,
    };
    const told = { region_operations: { "0": operation }, background_prompt: "", editing_prompt: "" };
    await writeFile(join(dir, "instruction.json"), JSON.stringify(told));
    await expect(loadDataset(join(home, "noblob"))).rejects.toMatchObject({
      message: expect.stringMatching(/I1: Expected a white blob of operation\.png at operation 0's begin \(24, 32\)/),
    });
  });
});

describe("own JSON, and what is no data set", () => {
  it("reads cases, names a broken one", async () => {
    const dir = await folder("own");
    await writePng(join(dir, "a.png"), picture);
    const recipe = { operations: [{ region: { box: [10, 20, 36, 44] }, motion: { type: "relocation", by: [40, 0] } }] };
    const cases = [
      { name: "one", image: "a.png", recipe, points: [{ handle: [24, 32], target: [64, 32] }] },
      { name: "two", image: "b.png", recipe },
      { name: "three", image: "a.png", recipe: { operations: [] } },
    ];
    await writeFile(join(dir, "set.json"), JSON.stringify({ name: "mine", licence: "CC0-1.0", cases }));
    const set = await loadDataset(join(dir, "set.json"));
    expect(only(set.cases)).toMatchObject({ name: "one", provenance: { dataset: "mine", licence: "CC0-1.0" } });
    expect(set.broken.map(({ sample }) => sample)).toEqual(["two", "three"]);
  });

  it("says what it looked for", async () => {
    const dir = await folder("empty");
    await expect(loadDataset(dir)).rejects.toMatchObject({
      code: "dataset-invalid",
      message: expect.stringContaining(DATASET_NAMES.join(", ")),
    });
    await expect(loadDataset(join(dir, "nowhere"))).rejects.toMatchObject({ code: "not-found" });
  });
});
