/** Which object stands where and moves how: drawn by a seed, so that no case was chosen by its result. */
import type { Motion } from "../../engine/recipe/schema.ts";
import type { Half, QualityCase } from "./case.ts";
import { uniform } from "./random.ts";

/** As the schema has it: what is parsed may be changed. */
type Point = [x: number, y: number];

export const PER_HALF = 30;
const WIDTH = 512;
const HEIGHT = 384;
/** Objects stay this far inside the picture, before and after, in shares of their longest edge. */
const INSIDE = 0.45;

/** Ten cases hold five translations, two rotations, two scalings and one of several motions. */
const KINDS = ["move", "turn", "move", "grow", "move", "move", "turn", "shrink", "move", "both"] as const;
type Kind = (typeof KINDS)[number];

/** Every object and every ground comes round equally often; a third have a shadow, a third noise. */
export function makeCases(half: Half, objects: readonly string[], grounds: readonly string[]): QualityCase[] {
  const random = uniform(half === "dev" ? 11 : 12);
  return Array.from({ length: PER_HALF }, (_, i) => {
    const kind = KINDS[i % KINDS.length] ?? "move";
    const edge = Math.round(110 + 80 * random());
    return {
      id: `${half}-${String(i + 1).padStart(2, "0")}`,
      half,
      object: pick(objects, i),
      ground: pick(grounds, 5 * i),
      ...placed(kind, edge, random),
      edge,
      shadow: i % 3 === 1 && kind !== "turn" && kind !== "both",
      noise: i % 3 === 2 ? 5 : 0,
      seed: 100 + i,
    };
  });
}

function pick(names: readonly string[], i: number): string {
  // A step that is prime to no list's length would repeat pairs: the whole turns done so far shift it by one.
  const name = names[(i + Math.floor(i / names.length)) % names.length];
  if (name === undefined) throw new TypeError("Expected at least one name");
  return name;
}

function placed(kind: Kind, edge: number, random: () => number): { centre: Point; motion: Motion } {
  const centre = somewhere(edge, random);
  switch (kind) {
    case "turn":
      return { centre, motion: turn(centre, random) };
    case "grow":
      return { centre, motion: { type: "scale", factor: round(1.2 + 0.3 * random(), 2), about: centre } };
    case "shrink":
      return { centre, motion: { type: "scale", factor: round(0.55 + 0.25 * random(), 2), about: centre } };
    case "both":
      return { centre, motion: { type: "compose", motions: [turn(centre, random), move(centre, edge, random)] } };
    default:
      return { centre, motion: move(centre, edge, random) };
  }
}

function turn(about: Point, random: () => number) {
  const side = random() < 0.5 ? -1 : 1;
  return { type: "rotation" as const, degrees: Math.round(side * (15 + 35 * random())), about };
}

/** By half to two and a half of its own size. */
function move([x, y]: Point, edge: number, random: () => number) {
  for (;;) {
    const [u, v] = somewhere(edge, random);
    const far = Math.hypot(u - x, v - y) / edge;
    if (far > 0.5 && far < 2.5) return { type: "relocation" as const, by: [round(u - x), round(v - y)] as Point };
  }
}

function somewhere(edge: number, random: () => number): [number, number] {
  const margin = INSIDE * edge + 8;
  return [round(margin + (WIDTH - 2 * margin) * random()), round(margin + (HEIGHT - 2 * margin) * random())];
}

function round(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
