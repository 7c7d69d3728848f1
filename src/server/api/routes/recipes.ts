/** Recipes out and in. */
import { parseRecipe } from "../../../engine/recipe/parse.ts";
import type { Recipe, RegionSpec } from "../../../engine/recipe/schema.ts";
import { EditError } from "../../../errors.ts";
import { knownModel } from "../../../tools/models.ts";
import { startEditJob } from "../edit-job.ts";
import { type ApiRouter, router } from "../env.ts";
import { onceOnly } from "../once.ts";
import * as spec from "../spec/recipes.ts";
import { jobView } from "../views/job.ts";
import { at } from "../views/urls.ts";

export function recipeRoutes(): ApiRouter {
  const routes = router();
  routes.openapi(spec.getRecipe, (c) => {
    return c.json(c.get("session").workspace.edited(c.req.valid("param").editId).outcome.recipe, 200);
  });
  routes.use("/recipes/replay", onceOnly());
  routes.openapi(spec.replayRecipe, async (c) => {
    const session = c.get("session");
    const { imageId, recipe: sent } = c.req.valid("json");
    const { id } = session.workspace.picture(imageId);
    const recipe = portable(parseRecipe(sent));
    const model = await knownModel(recipe.model, session.ctx);
    const job = await startEditJob(session, { imageId: id, recipe: { ...recipe, model }, uses: [id] });
    return c.json(jobView(job, session.ctx), 202, { location: at`/jobs/${job.jobId}` });
  });
  return routes;
}

/** A path in a recipe that came from elsewhere would name a file of this machine. */
function portable(recipe: Recipe): Recipe {
  const regions = [...recipe.operations.map(({ region }) => region), recipe.editable];
  const isPath = (region: RegionSpec | string) =>
    typeof region === "object" && "mask" in region && !region.mask.startsWith("data:");
  if (!regions.some(isPath)) return recipe;
  throw new EditError("recipe-invalid", "Expected masks as PNG data URIs, got a path", {
    hint: "The recipe of an edit (GET /edits/{editId}/recipe) holds data URIs",
  });
}
