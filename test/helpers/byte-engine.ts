/** An engine without pictures: what an edit makes follows from its input's bytes and the recipe's seed, so that anybody
 * can check it. It writes in small steps, so that a process can be killed in the middle of one. */
import { createHash } from "node:crypto";
import { mkdir, open, readFile, rename, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type {
  EditOutcome,
  EditRequest,
  Engine,
  ImageInfo,
  Preview,
  Selection,
  SelectRequest,
} from "../../src/engine/api.ts";

const SIZE = 20_000;

/** The picture that an edit of `source` with this seed makes. */
export function edited(source: Uint8Array, seed: number): Buffer {
  return stretched(createHash("sha256").update(source).update(String(seed)).digest("hex"), SIZE);
}

/** A picture to begin with. */
export function pictureBytes(seed: number): Buffer {
  return stretched(`picture ${seed}`, SIZE);
}

function stretched(text: string, length: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at * 32 < length; at++) parts.push(createHash("sha256").update(`${at} ${text}`).digest());
  return Buffer.concat(parts).subarray(0, length);
}

const INFO: ImageInfo = { width: 100, height: 50, format: "png", channels: 3, depth: 8, warnings: [] };
const GATES = { sourceCleared: 1, targetArrived: 1, seamEnergy: 1, fillTexture: 1, fillPlausible: 1, score: 0.9 };

/** A whole engine as far as sessions use one. */
export function byteEngine(): Engine {
  const unused = () => Promise.reject(new Error("not used by sessions"));
  return {
    inspect: async (image) => {
      await readFile(image);
      return INFO;
    },
    look: async ({ image }): Promise<Preview> => {
      const data = createHash("sha256")
        .update(await readFile(image))
        .digest();
      return { data, mimeType: "image/webp", width: 32, height: 16 };
    },
    select,
    edit,
    guesses: unused,
    plan: unused,
    live: unused,
    compare: unused,
    exportImage: unused,
    close: async () => {},
  };
}

async function select({ maskPath }: SelectRequest): Promise<Selection> {
  await inSteps(maskPath, stretched(maskPath, 3000));
  return { box: [0, 0, 10, 10], centroid: [5, 5], area: 0.02, confidence: 1, warnings: [] };
}

/** Like the real one: into a folder beside, which gets its name when it is whole. */
async function edit({ image, recipe, dir }: EditRequest): Promise<EditOutcome> {
  const part = join(dirname(dir), `.${basename(dir)}.${process.pid}.partial`);
  await mkdir(part, { recursive: true });
  await inSteps(join(part, "image.png"), edited(await readFile(image), recipe.seed));
  for (const name of ["editable", "before", "after", "diff", "regions"]) {
    await writeFile(join(part, `${name}.png`), stretched(`${name} ${recipe.seed}`, 2000));
  }
  await writeFile(join(part, "recipe.json"), JSON.stringify(recipe));
  await writeFile(join(part, "loss.csv"), "");
  await rename(part, dir);
  const at = (name: string) => join(dir, name);
  return {
    files: {
      image: at("image.png"),
      editable: at("editable.png"),
      before: at("before.png"),
      after: at("after.png"),
      diff: at("diff.png"),
      regions: at("regions.png"),
      recipe: at("recipe.json"),
      loss: at("loss.csv"),
      tiers: {},
    },
    width: INFO.width,
    height: INFO.height,
    tier: "preview",
    tiers: { preview: GATES },
    receipt: {
      lossless: true,
      outsideChanged: 0,
      outsideSha256: "0".repeat(64),
      outsidePixels: 4000,
      outsidePsnr: Number.POSITIVE_INFINITY,
      editedBox: [0, 0, 10, 10],
      editableArea: 0.02,
    },
    metrics: { psnr: Number.POSITIVE_INFINITY },
    seconds: { total: 1, encode: 0, invert: 0, drag: 0, sample: 0, decode: 0, composite: 1 },
    peakMemoryBytes: 1,
    recipe,
    warnings: [],
  };
}

async function inSteps(path: string, data: Buffer): Promise<void> {
  const handle = await open(path, "w");
  for (let at = 0; at < data.length; at += 4000) await handle.writeFile(data.subarray(at, at + 4000));
  await handle.close();
}
