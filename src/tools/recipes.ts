/** From a tool's arguments to a recipe that the engine takes. */
import { parseRecipe } from "../engine/recipe/parse.ts";
import type { Recipe } from "../engine/recipe/schema.ts";
import { EditError } from "../errors.ts";
import type { ToolContext } from "./define.ts";
import { readablePath } from "./roots.ts";
import type { EditInput } from "./schemas.ts";

export interface RecipeChoices {
  readonly quality: Recipe["quality"];
  readonly model?: string | undefined;
  readonly seed?: number | undefined;
}

type Operation = EditInput["operations"][number];
type Region = NonNullable<Operation["region"]>;

/** Throws `recipe-invalid` and `motion-unknown`, `not-found` for an unknown region and `path-outside-roots` for a mask elsewhere. */
export async function recipeOf(input: EditInput, choices: RecipeChoices, ctx: ToolContext): Promise<Recipe> {
  const operations = await Promise.all(input.operations.map((operation) => operationOf(operation, ctx)));
  const { prompt, sourcePrompt, options } = input;
  const editable = typeof input.editable === "object" ? await allowedRegion(input.editable, ctx) : input.editable;
  return parseRecipe({ version: 1, prompt, sourcePrompt, operations, editable, options, ...choices });
}

async function operationOf({ regionId, region, ...rest }: Operation, ctx: ToolContext): Promise<object> {
  if ((regionId === undefined) === (region === undefined)) {
    throw new EditError(
      "recipe-invalid",
      `Expected regionId or region of an operation, got ${region ? "both" : "neither"}`,
      {
        hint: "select_region answers with a regionId",
      },
    );
  }
  if (regionId !== undefined) {
    const { maskPath, label } = ctx.workspace.region(regionId);
    return { ...(label === undefined ? {} : { label }), ...rest, region: { mask: maskPath } };
  }
  return { ...rest, ...(region === undefined ? {} : { region: await allowedRegion(region, ctx) }) };
}

/** A mask's path must lie inside the roots; it becomes absolute. */
async function allowedRegion(region: Region, ctx: ToolContext): Promise<Region> {
  if (region.mask === undefined || region.mask.startsWith("data:")) return region;
  return { ...region, mask: await readablePath(ctx.roots, region.mask) };
}
