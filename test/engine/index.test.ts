/** What the package's main entry promises: being listed means being public. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as engine from "../../src/engine/index.ts";

const PACKAGE: { exports: Record<string, Record<string, string>> } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
);

describe("the engine's public face", () => {
  it("lists what runs, parses and is thrown", () => {
    const defined = Object.entries(engine).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    expect(defined.sort()).toEqual([
      "ERROR_CODES",
      "EditError",
      "LocalEngine",
      "QUALITIES",
      "STAGES",
      "createEngine",
      "errorRecord",
      "exitCodeOf",
      "httpStatusOf",
      "isErrorCode",
      "motionSchema",
      "operationSchema",
      "parseMotionSpec",
      "parseRecipe",
      "parseRecipeText",
      "parseRegionSpec",
      "pointSchema",
      "qualitySchema",
      "recipeSchema",
      "regionSchema",
      "simpleMotionSchema",
    ]);
  });
});

describe("package.json", () => {
  it.each(Object.entries(PACKAGE.exports))("exports %s from a source that exists", async (_name, targets) => {
    const sources = Object.values(targets).map((target) => target.replace(/\.d\.ts$|\.js$/, ".ts"));
    for (const source of sources) {
      const url = new URL(`../../${source.replace("./dist/", "src/")}`, import.meta.url);
      expect(readFileSync(url, "utf8")).toMatch(/^export /m);
    }
  });
});
