/** A whole edit of the shipped photo by every quality, in a warm engine: seconds of each stage and peak memory. */
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EditOutcome } from "../src/engine/api.ts";
import { LocalEngine } from "../src/engine/local.ts";
import { parseRecipe } from "../src/engine/recipe/parse.ts";
import type { Quality } from "../src/engine/recipe/schema.ts";

const PHOTO = fileURLToPath(new URL("../examples/boat.webp", import.meta.url));
const OPERATION = {
  region: { box: [85, 255, 310, 345] },
  motion: { type: "relocation", by: [90, 0] },
};

/** The second run counts: the first one compiles graphs and loads OpenCV. */
export async function wholeEdit(home: string, quality: Quality): Promise<EditOutcome> {
  const engine = new LocalEngine({ home });
  const dir = await mkdtemp(join(home, "bench-"));
  try {
    const recipe = parseRecipe({ operations: [OPERATION], quality });
    const run = (name: string) => engine.edit({ image: PHOTO, recipe, baseDir: dir, dir: join(dir, name) });
    await run("cold");
    return await run("warm");
  } finally {
    await engine.close();
    await rm(dir, { recursive: true, force: true });
  }
}
