import { describe, expect, it } from "vitest";
import { parseRecipe, parseRecipeText } from "../../../src/engine/recipe/parse.ts";
import { EditError } from "../../../src/errors.ts";

const box = { box: [0, 0, 10, 10] };

function withMotion(motion: unknown): unknown {
  return { operations: [{ region: box, motion }] };
}

function refusal(json: unknown): EditError {
  try {
    parseRecipe(json);
  } catch (error) {
    if (error instanceof EditError) return error;
    throw error;
  }
  throw new Error("Expected a refusal, got a recipe");
}

describe("what is read", () => {
  it("fills in the defaults", () => {
    const recipe = parseRecipe(withMotion({ type: "relocation", by: [1, 2] }));
    expect(recipe).toMatchObject({ version: 1, prompt: "", editable: "auto", quality: "full", seed: 42, options: {} });
  });

  it.each(["translation", "transformation"])("reads %s as relocation, also inside compose", (alias) => {
    const json = withMotion({ type: "compose", motions: [{ type: alias, to: [1, 2] }] });
    const kept = structuredClone(json);
    expect(parseRecipe(json).operations[0]?.motion).toEqual({
      type: "compose",
      motions: [{ type: "relocation", to: [1, 2] }],
    });
    expect(parseRecipe(withMotion({ type: alias, by: [1, 2] })).operations[0]?.motion.type).toBe("relocation");
    expect(json).toEqual(kept);
  });

  it("leaves a rotation without about to those who know the region's centroid", () => {
    expect(() => parseRecipe(withMotion({ type: "rotation", degrees: 30 }))).not.toThrow();
  });

  it("is its own fixed point", () => {
    const recipe = parseRecipe(withMotion({ type: "scale", factor: [1, 2], about: [3, 4] }));
    expect(parseRecipe(JSON.parse(JSON.stringify(recipe)))).toEqual(recipe);
  });

  it("reads text with a byte order mark", () => {
    const text = `\uFEFF${JSON.stringify(withMotion({ type: "relocation", by: [1, 2] }))}`;
    expect(parseRecipeText(text).operations).toHaveLength(1);
  });
});

describe("unknown motions", () => {
  it("lists the known ones", () => {
    const error = refusal(withMotion({ type: "teleport", by: [1, 2] }));
    expect(error.code).toBe("motion-unknown");
    expect(error.message).toContain("relocation, deformation, rotation, scale, compose");
    expect(error.message).toContain('at operations[0].motion, got "teleport"');
  });

  it("finds them inside compose", () => {
    const error = refusal(withMotion({ type: "compose", motions: [{ type: "scale", factor: 2 }, { type: "shear" }] }));
    expect(error.code).toBe("motion-unknown");
    expect(error.message).toContain("operations[0].motion.motions[1]");
  });
});

describe("invalid recipes say where, what was expected, and what arrived", () => {
  const relocation = { type: "relocation", by: [1, 2] };
  const operation = { region: box, motion: relocation };
  it.each([
    ["null", null, "Expected an object at the top of the recipe, got null"],
    ["a list", [], "Expected an object at the top of the recipe, got []"],
    ["no operations", {}, "Expected a list at operations, got nothing"],
    ["an empty list", { operations: [] }, "Expected a list with a length of at least 1 at operations, got []"],
    [
      "an unknown key",
      { operations: [operation], sed: 3 },
      'Expected only known keys at the top of the recipe, got unknown "sed"',
    ],
    [
      "an unknown key below",
      { operations: [{ ...operation, keep: 1 }] },
      'known keys at operations[0], got unknown "keep"',
    ],
    ["another version", { version: 2, operations: [operation] }, "Expected 1 at version, got 2"],
    ["a bad seed", { seed: 1.5, operations: [operation] }, "Expected a whole number at seed, got 1.5"],
    [
      "a bad quality",
      { quality: "best", operations: [operation] },
      'Expected "preview" or "fast" or "full" at quality, got "best"',
    ],
    [
      "NaN",
      withMotion({ type: "relocation", by: [Number.NaN, 0] }),
      "Expected a number at operations[0].motion.by[0], got NaN",
    ],
    [
      "null for a number",
      withMotion({ type: "relocation", by: [1, null] }),
      "a number at operations[0].motion.by[1], got null",
    ],
    ["infinity", withMotion({ type: "rotation", degrees: Number.POSITIVE_INFINITY }), "motion.degrees, got Infinity"],
    [
      "neither by nor to",
      withMotion({ type: "relocation" }),
      'exactly one of "by" and "to" in a relocation at operations[0].motion, got neither',
    ],
    [
      "both by and to",
      withMotion({ type: "deformation", by: [1, 2], to: [3, 4] }),
      'one of "by" and "to" in a deformation at operations[0].motion, got both',
    ],
    [
      "both degrees and to",
      withMotion({ type: "rotation", degrees: 3, to: [3, 4] }),
      'one of "degrees" and "to" in a rotation at operations[0].motion, got both',
    ],
    [
      "neither, inside compose",
      withMotion({ type: "compose", motions: [relocation, { type: "rotation", about: [1, 2] }] }),
      "at operations[0].motion.motions[1], got neither",
    ],
    [
      "a nested compose",
      withMotion({ type: "compose", motions: [{ type: "compose", motions: [relocation] }] }),
      "operations[0].motion.motions[0]",
    ],
    ["a negative factor", withMotion({ type: "scale", factor: -1 }), "operations[0].motion.factor, got -1"],
    ["no motion", { operations: [{ region: box }] }, "operations[0].motion, got nothing"],
    ["no type", withMotion({ by: [1, 2] }), "operations[0].motion"],
    [
      "an unknown region",
      { operations: [{ region: { circle: 3 }, motion: relocation }] },
      'Expected an object with one of mask, box, polygon, ellipse, stroke, at, object at operations[0].region, got {"circle":3}',
    ],
    [
      "two regions in one",
      { operations: [{ region: { ...box, at: [1, 2] }, motion: relocation }] },
      'Expected only known keys at operations[0].region, got unknown "at"',
    ],
    [
      "a short box",
      { operations: [{ region: { box: [1, 2, 3] }, motion: relocation }] },
      "at operations[0].region.box",
    ],
    [
      "a text in a polygon",
      {
        operations: [
          {
            region: {
              polygon: [
                [0, 0],
                [1, "2"],
                [3, 4],
              ],
            },
            motion: relocation,
          },
        ],
      },
      'Expected a number at operations[0].region.polygon[1][1], got "2"',
    ],
    ["a bad editable area", { operations: [operation], editable: "some" }, 'at editable, got "some"'],
    ["a bad option", { operations: [operation], options: { a: {} } }, "at options.a, got {}"],
  ])("%s", (_, json, message) => {
    const error = refusal(json);
    expect(error.code).toBe("recipe-invalid");
    expect(error.message).toContain(message);
  });

  it("shortens what arrived", () => {
    expect(refusal({ operations: "x".repeat(5000) }).message.length).toBeLessThan(160);
  });

  it("says what is no JSON", () => {
    expect(() => parseRecipeText('{"operations": [}')).toThrow(expect.objectContaining({ code: "recipe-invalid" }));
  });
});

it("refuses what is nested too deep or too much before it is read", () => {
  const deep = JSON.parse(`${"[".repeat(5000)}${"]".repeat(5000)}`);
  const operations = [{ region: { box: [0, 0, 9, 9] }, motion: { type: "relocation", by: [1, 0] } }];
  const refusal = (words: RegExp) =>
    expect.objectContaining({ code: "recipe-invalid", message: expect.stringMatching(words) });
  expect(() => parseRecipe({ operations, options: { x: deep } })).toThrow(refusal(/at most 64 levels/));
  expect(() => parseRecipe({ operations: Array(150_000).fill(1) })).toThrow(refusal(/at most 100000 values/));
  const circle: Record<string, unknown> = { operations };
  circle.options = circle;
  expect(() => parseRecipe(circle)).toThrow(refusal(/at most/));
});
