/** dragflow edit: one edit from a recipe file or from inline regions and motions. */
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import { parseMotionSpec, parseRegionSpec } from "../engine/recipe/inline.ts";
import { parseRecipe, parseRecipeText } from "../engine/recipe/parse.ts";
import type { Recipe } from "../engine/recipe/schema.ts";
import { EditError } from "../errors.ts";
import type { CliRun } from "./deps.ts";
import { dryRun, forecastWish } from "./dry-run.ts";
import {
  collect,
  type DryRunFlags,
  type OutputFlags,
  type RecipeFlags,
  withDryRun,
  withOutputFlags,
  withRecipeFlags,
} from "./flags.ts";
import { checkedReport, outOrNone } from "./out-file.ts";
import { runEdit } from "./run-edit.ts";

interface EditFlags extends OutputFlags, RecipeFlags, DryRunFlags {
  readonly recipe?: string;
  readonly out?: string;
  readonly region?: readonly string[];
  readonly motion?: readonly string[];
  readonly prompt?: string;
}

export function addEdit(program: Command, run: CliRun): void {
  const command = program
    .command("edit")
    .description("one edit of one picture")
    .argument("<image>", "picture to edit")
    .option("--recipe <file>", "recipe as JSON")
    .option("--region <spec>", "box:x0,y0,x1,y1, polygon:…, ellipse:…, stroke:…, mask:FILE or at:x,y", collect)
    .option("--motion <spec>", 'of the n-th --region, e.g. "rotation:degrees=30;about=100,200"', collect)
    .option("--prompt <text>", "what the picture should show afterwards")
    .option("--out <file>", "file that receives the result");
  withDryRun(withOutputFlags(withRecipeFlags(command))).action((image: string, flags: EditFlags) =>
    edit(run, image, flags),
  );
}

async function edit(run: CliRun, image: string, flags: EditFlags): Promise<void> {
  const out = await outOrNone(flags, run.cwd);
  const report = await checkedReport(flags, run.cwd);
  const recipe = withFlags(
    flags.recipe ? await readRecipe(resolve(run.cwd, flags.recipe)) : inlineRecipe(flags),
    flags,
  );
  const baseDir = flags.recipe ? dirname(resolve(run.cwd, flags.recipe)) : run.cwd;
  const order = { image: resolve(run.cwd, image), recipe, baseDir };
  if (out === undefined) return dryRun(run, { ...order, ...forecastWish(flags, report) }, flags);
  await runEdit(run, { ...order, out, report }, flags);
}

/** Throws `recipe-invalid` also for a file that cannot be read. */
export async function readRecipe(path: string): Promise<Recipe> {
  const text = await readFile(path, "utf8").catch((cause) => {
    throw new EditError("recipe-invalid", `Expected a readable recipe at ${path}, got ${String(cause.code)}`, {
      cause,
    });
  });
  return parseRecipeText(text);
}

function inlineRecipe({ region = [], motion = [] }: EditFlags): Recipe {
  if (region.length === 0 || region.length !== motion.length) {
    const got = `${region.length} --region and ${motion.length} --motion`;
    throw new EditError("usage", `Expected --recipe FILE, or as many --motion as --region, got ${got}`);
  }
  const operations = region.map((spec, i) => ({
    region: parseRegionSpec(spec),
    motion: parseMotionSpec(motion[i] ?? ""),
  }));
  return parseRecipe({ version: 1, operations });
}

/** Flags win over the recipe's own values. */
function withFlags(
  recipe: Recipe,
  { quality, model, seed, prompt, recipe: file, region = [], motion = [] }: EditFlags,
): Recipe {
  if (file !== undefined && region.length + motion.length > 0) {
    throw new EditError("usage", "Expected either --recipe or --region and --motion, got both");
  }
  const wanted = { quality, model, seed, prompt };
  return parseRecipe({
    ...recipe,
    ...Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined)),
  });
}
