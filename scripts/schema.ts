/** Writes schema/*.schema.json, the published forms of what people write by hand, from their zod schemas. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { recipeSchema } from "../src/engine/recipe/schema.ts";
import { suiteSchema } from "../src/evals/suite/schema.ts";

export const RECIPE_SCHEMA_FILE = fileURLToPath(new URL("../schema/recipe.schema.json", import.meta.url));
export const SUITE_SCHEMA_FILE = fileURLToPath(new URL("../schema/suite.schema.json", import.meta.url));

export function recipeSchemaText(): string {
  return schemaText("DragFlow edit recipe", recipeSchema);
}

export function suiteSchemaText(): string {
  return schemaText("DragFlow eval suite", suiteSchema);
}

/** `io: "input"`: what a person may write, so keys with defaults are not required. */
function schemaText(title: string, schema: z.ZodType): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input" });
  return `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(RECIPE_SCHEMA_FILE, recipeSchemaText());
  writeFileSync(SUITE_SCHEMA_FILE, suiteSchemaText());
}
