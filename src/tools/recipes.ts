/** From a tool's arguments to a recipe that the engine takes. */
import { parseRecipe } from "../engine/recipe/parse.ts";
import type { Recipe } from "../engine/recipe/schema.ts";
import { EditError } from "../errors.ts";
import type { CandidateRecord } from "../session/records.ts";
import { clean } from "./clean.ts";
import type { ToolContext } from "./context.ts";
import { readablePath } from "./roots.ts";
import { type EditInput, type EditOrCandidate, motionInput } from "./schemas.ts";

export interface RecipeChoices {
  readonly quality: Recipe["quality"];
  readonly model?: string | undefined;
  readonly seed?: number | undefined;
}

type Operation = EditInput["operations"][number];
type Region = NonNullable<Operation["region"]>;

/** The edit in full: a candidate's operations and words, changed by what is said beside its id. Throws
 * `arguments-invalid` unless exactly one of operations and candidateId is given, `not-found` for an unknown candidate. */
export function editOf(args: EditOrCandidate, { workspace }: Pick<ToolContext, "workspace">): EditInput {
  const { candidateId, imageId, operations, ...details } = args;
  if ((candidateId === undefined) === (operations === undefined)) {
    const got = operations ? "both" : "neither";
    throw invalid(`Expected operations or candidateId, got ${got}`, "propose_intents answers with candidateIds");
  }
  if (candidateId === undefined) {
    if (imageId !== undefined && operations !== undefined) return { imageId, operations, ...details };
    throw invalid("Expected imageId beside operations, got none", "open_image answers with an imageId");
  }
  const known = workspace.candidates.get(candidateId);
  if (known === undefined) {
    const message = `Expected the id of a candidate of this session, got ${JSON.stringify(clean(candidateId, 60))}`;
    throw new EditError("not-found", message, { hint: "propose_intents answers with candidateIds" });
  }
  if (imageId !== undefined && imageId !== known.imageId) {
    throw invalid(`Expected imageId ${known.imageId}, which the candidate was made for, got another`, "Leave it out");
  }
  return { ...wordsOf(known), ...details, imageId: known.imageId, operations: known.operations.map(plainOperation) };
}

function wordsOf({ prompt, sourcePrompt }: CandidateRecord) {
  return { ...(prompt === "" ? {} : { prompt }), ...(sourcePrompt === "" ? {} : { sourcePrompt }) };
}

/** Motions of the recipe's schema have tuples; those of the tools' have arrays. */
function plainOperation({ regionId, motion }: CandidateRecord["operations"][number]): Operation {
  return { regionId, motion: motionInput.parse(motion) };
}

function invalid(message: string, hint: string): EditError {
  return new EditError("arguments-invalid", message, { hint });
}

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

/** The picture, and those on which its regions were selected. */
export function picturesOf(
  { imageId, operations }: EditInput,
  { workspace }: Pick<ToolContext, "workspace">,
): string[] {
  const regions = operations.flatMap(({ regionId }) => (regionId === undefined ? [] : [workspace.region(regionId)]));
  return [imageId, ...regions.map((region) => region.imageId)];
}

/** A mask's path must lie inside the roots; it becomes absolute. */
async function allowedRegion(region: Region, ctx: ToolContext): Promise<Region> {
  if (region.mask === undefined || region.mask.startsWith("data:")) return region;
  return { ...region, mask: await readablePath(ctx.roots, region.mask) };
}
