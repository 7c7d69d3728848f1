/** From what a caller asks for to a recipe that the engine takes. */
import { knownModel } from "../../tools/models.ts";
import { editOf, recipeOf } from "../../tools/recipes.ts";
import type { EditOrCandidate } from "../../tools/schemas.ts";
import type { ApiSession } from "./session.ts";

type Choices = {
  quality?: "preview" | "fast" | "full" | undefined;
  model?: string | undefined;
  seed?: number | undefined;
};

/** Throws `arguments-invalid`, `not-found`, `recipe-invalid`, … before anything is queued. */
export async function wished(
  { ctx }: ApiSession,
  { quality = "full", model, seed, ...wish }: EditOrCandidate & Choices,
) {
  const edit = editOf(wish, ctx);
  ctx.workspace.picture(edit.imageId);
  const named = model === undefined ? undefined : await knownModel(model, ctx);
  return { edit, imageId: edit.imageId, recipe: await recipeOf(edit, { quality, model: named, seed }, ctx) };
}
