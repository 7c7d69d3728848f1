/** A recipe that can be read on another machine: masks named by their path become data URIs. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Recipe, RegionSpec } from "../engine/recipe/schema.ts";
import { EditError } from "../errors.ts";

/** Throws `mask-unreadable`. */
export async function portableRecipe(recipe: Recipe, baseDir: string): Promise<Recipe> {
  const operations = await Promise.all(
    recipe.operations.map(async (operation) => ({ ...operation, region: await portable(operation.region, baseDir) })),
  );
  const { editable } = recipe;
  return {
    ...recipe,
    operations,
    editable: typeof editable === "string" ? editable : await portable(editable, baseDir),
  };
}

async function portable(region: RegionSpec, baseDir: string): Promise<RegionSpec> {
  if (!("mask" in region) || region.mask.startsWith("data:")) return region;
  const path = resolve(baseDir, region.mask);
  const png = await readFile(path).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EditError("mask-unreadable", `Expected a PNG mask, got ${path}: ${reason}`, { cause });
  });
  return { mask: `data:image/png;base64,${png.toString("base64")}` };
}
