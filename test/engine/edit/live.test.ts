import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LocalEngine } from "../../../src/engine/local.ts";
import { parseRecipe } from "../../../src/engine/recipe/parse.ts";
import { scaleRecipe } from "../../../src/engine/recipe/scale.ts";

let dir: string;
let image: string;
let engine: LocalEngine;

/** A red square of 40 pixels at (60, 60) on grey, 400 x 300. */
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "dragflow-live-"));
  image = join(dir, "square.png");
  const square = await sharp({ create: { width: 40, height: 40, channels: 3, background: "#e02020" } })
    .png()
    .toBuffer();
  await sharp({ create: { width: 400, height: 300, channels: 3, background: "#808080" } })
    .composite([{ input: square, left: 60, top: 60 }])
    .png()
    .toFile(image);
  engine = new LocalEngine({ home: dir });
});
afterAll(async () => {
  await engine.close();
  await rm(dir, { recursive: true, force: true });
});

const recipe = (by: [number, number]) =>
  parseRecipe({
    quality: "preview",
    operations: [{ region: { box: [60, 60, 100, 100] }, motion: { type: "relocation", by } }],
  });

/** The colour of the answer at a pixel of the original. */
async function colourAt({ data, box }: { data: Uint8Array; box: readonly number[] }, x: number, y: number) {
  const { data: pixels, info } = await sharp(data).raw().toBuffer({ resolveWithObject: true });
  const [x0 = 0, y0 = 0, x1 = 1, y1 = 1] = box;
  const column = Math.floor(((x - x0) / (x1 - x0)) * info.width);
  const row = Math.floor(((y - y0) / (y1 - y0)) * info.height);
  const at = (row * info.width + column) * info.channels;
  return [...pixels.subarray(at, at + 3)];
}

const isRed = ([r = 0, g = 0]: number[]) => r > 180 && g < 80;

describe("a live preview", () => {
  it.each([400, 200])("shows the thing where it goes and the ground where it was, at %d pixels", async (maxEdge) => {
    const seen = await engine.live({ image, recipe: recipe([120, 40]), baseDir: dir, maxEdge });
    expect(seen.mimeType).toBe("image/jpeg");
    expect(isRed(await colourAt(seen, 200, 120))).toBe(true);
    expect(isRed(await colourAt(seen, 80, 80))).toBe(false);
    const [x0, y0, x1, y1] = seen.box;
    expect(x0 <= 60 && y0 <= 60 && x1 >= 220 && y1 >= 140).toBe(true);
    expect(seen.width / (x1 - x0)).toBeCloseTo(maxEdge / 400, 5);
  });

  it("is the whole picture where that is wanted", async () => {
    const seen = await engine.live({ image, recipe: recipe([50, 0]), baseDir: dir, maxEdge: 200, whole: true });
    expect(seen).toMatchObject({ box: [0, 0, 400, 300], width: 200, height: 150 });
  });

  it("refuses what an edit would refuse", async () => {
    const outside = parseRecipe({
      operations: [{ region: { box: [900, 900, 950, 950] }, motion: { type: "relocation", by: [1, 0] } }],
    });
    await expect(engine.live({ image, recipe: outside, baseDir: dir })).rejects.toMatchObject({
      code: "region-outside",
    });
  });
});

describe("a recipe for another size", () => {
  it("has its lengths scaled, its angles and factors not", () => {
    const whole = parseRecipe({
      operations: [
        {
          region: { ellipse: { center: [10, 20], radius: [4, 6] } },
          motion: { type: "rotation", degrees: 30, about: [10, 20] },
        },
        {
          region: { stroke: { points: [[2, 4]], width: 6 } },
          motion: {
            type: "compose",
            motions: [
              { type: "scale", factor: 2, about: [8, 8] },
              { type: "relocation", by: [6, 2] },
            ],
          },
        },
      ],
      editable: {
        polygon: [
          [0, 0],
          [10, 0],
          [0, 10],
        ],
      },
    });
    const half = scaleRecipe(whole, 0.5);
    expect(half.operations).toMatchObject([
      { region: { ellipse: { center: [5, 10], radius: [2, 3] } }, motion: { degrees: 30, about: [5, 10] } },
      {
        region: { stroke: { points: [[1, 2]], width: 3 } },
        motion: { motions: [{ factor: 2, about: [4, 4] }, { by: [3, 1] }] },
      },
    ]);
    expect(half.editable).toEqual({
      polygon: [
        [0, 0],
        [5, 0],
        [0, 5],
      ],
    });
  });
});

describe("a comparison", () => {
  it("counts what differs and shows where", async () => {
    const other = join(dir, "other.png");
    await sharp(image)
      .composite([
        { input: { create: { width: 10, height: 5, channels: 3, background: "#8a8080" } }, left: 300, top: 200 },
      ])
      .png()
      .toFile(other);
    const found = await engine.compare({ a: image, b: other });
    expect(found).toMatchObject({
      width: 400,
      height: 300,
      changedPixels: 50,
      maxDiff: 10,
      changedBox: [300, 200, 310, 205],
    });
    // 50 of 360 000 samples differ by 10.
    expect(found.psnr).toBeCloseTo(10 * Math.log10((255 ** 2 * 360_000) / (50 * 100)), 6);
    expect(await engine.compare({ a: image, b: image })).toMatchObject({ changedPixels: 0, maxDiff: 0 });
  });
});
