import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRequest } from "../../../src/agent/local/grammar.ts";
import { resolve, type Scene } from "../../../src/agent/local/resolve.ts";
import { motionSchema } from "../../../src/engine/recipe/schema.ts";
import { EditError } from "../../../src/errors.ts";

const scene: Scene = { width: 800, height: 600, box: [300, 200, 500, 400], centroid: [400, 300] };
const vocabulary =
  "move turn scale stretch make double copy pull flip centre third quarter a by below half the it sign left right up down to and then , of its a little lot far half twice 40 px percent degrees 1.3 bigger wider clockwise corner middle edge top about base further back other way be not".split(
    " ",
  );

function outcome(words: string): "motion" | "refused" {
  const parsed = parseRequest(words);
  if (parsed.type === "not-understood")
    return parsed.why && parsed.hint ? "refused" : expect.fail("no reason was given");
  try {
    motionSchema.parse(resolve(parsed.motions, scene).motion);
    return "motion";
  } catch (error) {
    expect(error).toBeInstanceOf(EditError);
    return "refused";
  }
}

describe("whatever is said", () => {
  it("becomes a motion that the recipe takes, or a refusal with its reason", () => {
    const sentence = fc.array(fc.constantFrom(...vocabulary), { maxLength: 10 }).map((words) => words.join(" "));
    const seen = new Set<string>();
    fc.assert(
      fc.property(sentence, (words) => {
        seen.add(outcome(words));
      }),
      { numRuns: 2000, seed: 7 },
    );
    expect([...seen].sort()).toEqual(["motion", "refused"]);
  });

  it("may be any characters", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (words) => {
        outcome(words);
      }),
      { numRuns: 500, seed: 7 },
    );
  });
});
