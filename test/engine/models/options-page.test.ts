import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { OPTIONS_FILE, optionsText } from "../../../scripts/options.ts";
import { optionsSchema } from "../../../src/engine/models/settings-schema.ts";

it("documents the options as they are (run scripts/options.ts after a change)", () => {
  expect(readFileSync(OPTIONS_FILE, "utf8")).toBe(optionsText());
});

it("says of every option what it does", () => {
  const undescribed = Object.entries(optionsSchema.shape).filter(([, schema]) => !schema.description);
  expect(undescribed.map(([name]) => name)).toEqual([]);
});
