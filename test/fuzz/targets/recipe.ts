import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { boxMask } from "../../../src/engine/geometry/polygon.ts";
import { maskDataUri, readMask } from "../../../src/engine/image/raster-io.ts";
import { LocalEngine } from "../../../src/engine/local.ts";
import { readModelJson } from "../../../src/engine/models/json.ts";
import { parseSettings, pictureOptions, withOptions } from "../../../src/engine/models/settings.ts";
import { parseRecipeText } from "../../../src/engine/recipe/parse.ts";
import { resolveRecipe } from "../../../src/engine/recipe/resolve.ts";
import type { ErrorCode } from "../../../src/errors.ts";
import { photo } from "../../helpers/mcp.ts";
import type { Dice } from "../dice.ts";
import { damagedJson } from "../json.ts";
import { PICTURE, recipeOf, someRecipes } from "../recipes.ts";
import type { Target } from "../target.ts";

const CODES: readonly ErrorCode[] = [
  ...(["recipe-invalid", "motion-unknown", "rotation-without-about", "region-empty", "region-outside"] as const),
  ...(["region-too-large", "target-outside", "mask-unreadable", "mask-size-mismatch", "selection-needed"] as const),
];
const SETTINGS = fileURLToPath(new URL("../../../models/mini/dragflow.json", import.meta.url));

function mutate(input: Uint8Array, other: Uint8Array, dice: Dice): Uint8Array {
  return dice.once(4) ? recipeOf(dice.whole(2 ** 31)) : damagedJson(input, other, dice);
}

/** Text to masks, maps and settings, without pixels. */
export const recipe: Target = {
  name: "recipe",
  codes: CODES,
  seeds: () => someRecipes(40),
  mutate,
  async open(dir) {
    const settings = parseSettings(await readModelJson(SETTINGS), SETTINGS);
    const io = {
      readMask: (path: string) => readMask(path, dir),
      encodeMask: maskDataUri,
      segmentAt: async () => boxMask([4, 4, 20, 18], PICTURE),
    };
    return async (input) => {
      const recipe = parseRecipeText(Buffer.from(input).toString());
      withOptions(settings, recipe.options, { doubles: 4, singles: 8 });
      await resolveRecipe(recipe, PICTURE, io, pictureOptions(recipe.options));
    };
  },
};

/** A whole edit of the first tier on a small picture. */
export const edit: Target = {
  name: "edit",
  share: 4,
  inMemory: true,
  codes: [...CODES, "result-rejected"],
  seeds: () => someRecipes(12, 2),
  mutate,
  async open(dir) {
    const image = join(dir, "photo.png");
    await photo(image);
    const engine = new LocalEngine({ home: join(dir, "home"), threads: 1 });
    mkdirSync(join(dir, "home"));
    return async (input) => {
      const recipe = { ...parseRecipeText(Buffer.from(input).toString()), quality: "preview" as const };
      const out = join(dir, "out");
      try {
        await engine.edit({ image, recipe, dir: out, baseDir: dir });
      } finally {
        rmSync(out, { recursive: true, force: true });
      }
    };
  },
};
