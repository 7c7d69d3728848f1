import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { describeMotion } from "../../../src/agent/local/describe.ts";
import { parseRequest } from "../../../src/agent/local/grammar.ts";
import { resolve, type Scene } from "../../../src/agent/local/resolve.ts";

interface Phrasings {
  motions: { say: string; label: string; expect: string }[];
  refusals: { say: string; why: string }[];
}
// The file is ours and the tests below fail on any other shape.
const phrasings = parse(readFileSync("test/fixtures/phrasings.yaml", "utf8")) as Phrasings;
const scene: Scene = { width: 800, height: 600, box: [300, 200, 500, 400], centroid: [400, 300] };

function inWords(say: string): string {
  const parsed = parseRequest(say);
  if (parsed.type === "not-understood") return `not understood: ${parsed.why}`;
  return `${parsed.label}: ${describeMotion(resolve(parsed.motions, scene).motion)}`;
}

it("cuts a name to the length a label may have", () => {
  expect(parseRequest(`move the ${"very ".repeat(60)}old boat 20 pixels right`)).toMatchObject({
    type: "understood",
    label: expect.stringMatching(/^(very ){39}very $/),
  });
});

describe("the written-down phrasings", () => {
  it("are understood in at least 80 of 100 cases", () => {
    const missed = phrasings.motions.filter(({ say, label, expect }) => inWords(say) !== `${label}: ${expect}`);
    expect(missed.length / phrasings.motions.length).toBeLessThanOrEqual(0.2);
  });

  it.each(phrasings.refusals)("explains why it does not understand: $say", ({ say, why }) => {
    const parsed = parseRequest(say);
    if (parsed.type === "understood") resolve(parsed.motions, scene);
    expect(parsed).toMatchObject({ type: "not-understood", why: expect.stringContaining(why) });
  });
});
