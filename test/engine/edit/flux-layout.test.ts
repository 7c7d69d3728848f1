/** An edit with a model in the published layout: FLUX's autoencoder, both text encoders; all of it tiny and random. */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EditOptions, EditOutcome, Preview } from "../../../src/engine/api.ts";
import { writePng } from "../../../src/engine/image/raster-io.ts";
import { LocalEngine } from "../../../src/engine/local.ts";
import { parseRecipe } from "../../../src/engine/recipe/parse.ts";
import { fluxBundle } from "../../helpers/flux-bundle.ts";
import { discOnGround } from "../../helpers/pictures.ts";
import { ownFolder } from "../image/make.ts";

const folder = await ownFolder();
const image = join(folder, "disc.png");
const engine = new LocalEngine({ home: join(folder, "home") });
const bundles: string[] = [];
afterAll(async () => {
  await engine.close();
  for (const dir of bundles) await rm(dir, { recursive: true, force: true });
});
beforeAll(() => writePng(image, discOnGround(144, 128, 52, 64, 18)));

async function bundle(options?: Parameters<typeof fluxBundle>[0]): Promise<string> {
  const dir = await fluxBundle(options);
  bundles.push(dir);
  return dir;
}

let count = 0;
function edit(model: string, prompt = "", sourcePrompt = "", call: EditOptions = {}): Promise<EditOutcome> {
  const options = { numSteps: 4, skip: 2, workingSize: 64, transportIterations: 2, intensifyIterations: 2 };
  const region = { ellipse: { center: [52, 64], radius: [18, 18] } };
  const recipe = parseRecipe({
    model,
    prompt,
    sourcePrompt,
    operations: [{ region, motion: { type: "relocation", by: [24, 6] } }],
    options,
  });
  return engine.edit({ image, recipe, baseDir: folder, dir: join(folder, `edit-${count++}`) }, call);
}

async function losses({ files }: EditOutcome): Promise<number[]> {
  const [, ...rows] = (await readFile(files.loss, "utf8")).trim().split("\n");
  return rows.map((row) => Number(row.split(",")[1]));
}

describe("a bundle with FLUX's autoencoder", () => {
  test("is edited with: nothing changes outside, and prompts that nobody reads are said once", async () => {
    const outcome = await edit(await bundle({ prompts: false }), "a cat", "a dog");
    expect(outcome.receipt).toMatchObject({ lossless: true, outsideChanged: 0 });
    const all = await losses(outcome);
    expect(all).toHaveLength(4);
    expect(all.every((loss) => Number.isFinite(loss) && loss > 0)).toBe(true);
    expect(outcome.tiers.full?.score).toBeGreaterThan(0);
    expect(outcome.warnings.filter(({ code }) => code === "prompt-not-read")).toHaveLength(1);
  });
});

describe("a bundle with text encoders", () => {
  let model: string;
  beforeAll(async () => {
    model = await bundle();
  });

  test("reads both prompts: each changes the drag, equal prompts change nothing", async () => {
    const plain = await edit(model, "a cat", "a cat");
    const [target, source] = [await edit(model, "a dog", "a cat"), await edit(model, "a cat", "a dog")];
    const [again] = [await edit(model, "a cat", "a cat")];
    expect(await losses(again)).toEqual(await losses(plain));
    expect(await losses(target)).not.toEqual(await losses(plain));
    expect(await losses(source)).not.toEqual(await losses(plain));
    expect(await losses(source)).not.toEqual(await losses(target));
    expect(plain.warnings.map(({ code }) => code)).not.toContain("prompt-not-read");
  });
});

describe("a bundle with a preview decoder", () => {
  test("shows the sampling interval by interval, and the edit is the same as without", async () => {
    const model = await bundle({ prompts: false, preview: true });
    const seen: Preview[] = [];
    const watched = await edit(model, "", "", { onPreview: (preview) => seen.push(preview) });
    expect(seen).toHaveLength(2); // intervals after the skipped ones
    for (const { data, width, height, mimeType } of seen) {
      expect(mimeType).toBe("image/webp");
      expect(await sharp(data).metadata()).toMatchObject({ width, height });
      expect(Math.max(width, height)).toBe(64); // the working size
    }
    const plain = await edit(model);
    expect(await readFile(plain.files.image)).toEqual(await readFile(watched.files.image));
    // Watched or not, the frames are kept beside each other.
    const [first] = seen;
    for (const { files } of [watched, plain]) {
      expect(await sharp(files.film).metadata()).toMatchObject({
        width: 2 * (first?.width ?? 0),
        height: first?.height,
      });
    }
    const [left, right] = await Promise.all([0, 1].map((k) => half(plain.files.film, k, first)));
    expect(left).not.toEqual(right);
  });

  const half = (film: string | undefined, k: number, { width = 0, height = 0 }: Partial<Preview> = {}) =>
    sharp(film)
      .extract({ left: k * width, top: 0, width, height })
      .raw()
      .toBuffer();

  test("without one the model's own shows small pictures", async () => {
    const seen: Preview[] = [];
    const model = await bundle({ prompts: false });
    const watched = await edit(model, "", "", { onPreview: (preview) => seen.push(preview) });
    expect(seen).toHaveLength(2);
    expect(watched.files.film).toMatch(/film\.png$/);
    expect((await edit(model)).files.film).toBeUndefined(); // nobody asked, and no decoder is made for it
  });
});
