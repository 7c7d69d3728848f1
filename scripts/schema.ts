/** Writes schema/recipe.schema.json, the published form of a recipe, from its zod schema. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { recipeSchema } from "../src/engine/recipe/schema.ts";

export const RECIPE_SCHEMA_FILE = fileURLToPath(new URL("../schema/recipe.schema.json", import.meta.url));

/** `io: "input"`: what a person may write, so keys with defaults are not required. */
export function recipeSchemaText(): string {
  const { $schema, ...rest } = z.toJSONSchema(recipeSchema, { io: "input" });
  const title = "DragFlow edit recipe";
  return `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(RECIPE_SCHEMA_FILE, recipeSchemaText());
