/** Recipes out and in. */
import { createRoute, z } from "@hono/zod-openapi";
import { recipeSchema } from "../../../engine/recipe/schema.ts";
import { pictureId } from "../../../tools/schemas.ts";
import { body, idempotencyHeader, json, params, problems, SESSION } from "./common.ts";
import { jobView } from "./jobs.ts";

// Made anew, because only schemas made after the OpenAPI extension was loaded can have a name.
const recipeShape = z.strictObject(recipeSchema.shape).openapi("Recipe");

export const getRecipe = createRoute({
  method: "get",
  path: "/edits/{editId}/recipe",
  tags: ["recipes"],
  operationId: "getRecipe",
  summary: "The resolved recipe: masks are data URIs, so that it replays anywhere",
  security: SESSION,
  request: { params: params.edit },
  responses: { 200: json(recipeShape, "The recipe"), ...problems },
});

export const replayRecipe = createRoute({
  method: "post",
  path: "/recipes/replay",
  tags: ["recipes"],
  operationId: "replayRecipe",
  summary: "A recipe on a picture, as a job; masks must be data URIs",
  security: SESSION,
  request: {
    headers: idempotencyHeader,
    body: body(z.strictObject({ imageId: pictureId, recipe: recipeShape })),
  },
  responses: { 202: json(jobView, "The job"), ...problems },
});
