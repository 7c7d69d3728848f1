import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseRequest } from "../../../src/agent/local/grammar.ts";
import { resolve, type Scene } from "../../../src/agent/local/resolve.ts";
import type { Motion, SimpleMotion } from "../../../src/engine/recipe/schema.ts";

interface Phrasings {
  motions: { say: string; label: string; motion: Motion; keepSource?: boolean }[];
  refusals: { say: string; why: string }[];
}
// The file is ours and the tests below fail on any other shape.
const phrasings = parse(readFileSync("test/fixtures/phrasings-more.yaml", "utf8")) as Phrasings;
const scene: Scene = { width: 1000, height: 800, box: [100, 100, 300, 200], centroid: [190, 160] };

/** Rounded, with `to` as `by` and without `about`: two ways to write one motion become one. */
function plain(motion: Motion): unknown {
  if (motion.type === "compose") return motion.motions.map(plain);
  return rounded(motion);
}

function rounded(motion: SimpleMotion): unknown {
  const round = (value: number): number => Math.round(value * 100) / 100;
  switch (motion.type) {
    case "relocation":
    case "deformation": {
      const [x, y] = motion.by ?? [(motion.to?.[0] ?? 0) - 190, (motion.to?.[1] ?? 0) - 160];
      return { type: motion.type, by: [round(x), round(y)] };
    }
    case "rotation":
      return { type: motion.type, degrees: round(motion.degrees ?? 0) };
    case "scale":
      return { type: motion.type, factor: [motion.factor].flat().map(round) };
    default:
      throw new TypeError(`Unknown motion ${JSON.stringify(motion satisfies never)}`);
  }
}

type Said = Phrasings["motions"][number];

function reading({ say }: Said): unknown {
  const parsed = parseRequest(say);
  if (parsed.type === "not-understood") return parsed.why;
  const { motion } = resolve(parsed.motions, scene);
  return { label: parsed.label, keepSource: parsed.keepSource, motion: plain(motion) };
}

function meant({ label, motion, keepSource = false }: Said): unknown {
  return { label, keepSource, motion: plain(motion) };
}

describe("forty more phrasings", () => {
  const missed = phrasings.motions.filter((said) => JSON.stringify(reading(said)) !== JSON.stringify(meant(said)));

  it("are understood, with the motion meant, in at least 80 of 100 cases", () => {
    expect(phrasings.motions).toHaveLength(40);
    expect(
      missed.length,
      JSON.stringify(
        missed.map((said) => [said.say, reading(said)]),
        null,
        1,
      ),
    ).toBeLessThanOrEqual(8);
  });

  it("get a reason where they are not understood", () => {
    for (const said of missed) expect(reading(said), said.say).toMatch(/\w+ \w+/);
  });

  it.each(phrasings.refusals)("are refused where nothing fits, with the reason: $say", ({ say, why }) => {
    expect(parseRequest(say)).toMatchObject({ type: "not-understood", why: expect.stringContaining(why) });
  });
});
