import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { RECIPE_SCHEMA_FILE, recipeSchemaText } from "../../../scripts/schema.ts";

it("publishes the recipe's schema as it is (run scripts/schema.ts after a change)", () => {
  expect(readFileSync(RECIPE_SCHEMA_FILE, "utf8")).toBe(recipeSchemaText());
});
