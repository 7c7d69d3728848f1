/** Five photos with one relocation each. They are among those that the embedded model was trained on. */
import { fileURLToPath } from "node:url";
import type { Recipe, RecipeInput } from "../../src/engine/recipe/schema.ts";

export interface Photo {
  readonly name: string;
  readonly image: string;
  readonly operations: RecipeInput["operations"];
  /** Of about the same way: whole tokens, 16 pixels of the model's picture each. */
  readonly tokens: readonly [x: number, y: number];
}

const picture = (name: string) => fileURLToPath(new URL(`../../evals/pictures/${name}.webp`, import.meta.url));
export const relocation = (by: [number, number]) => ({ type: "relocation" as const, by });

export const PHOTOS: readonly Photo[] = [
  {
    name: "lips",
    image: picture("hat"),
    operations: [{ region: { ellipse: { center: [314, 186], radius: [42, 28] } }, motion: relocation([-70, -14]) }],
    tokens: [-4, -1],
  },
  {
    name: "cow",
    image: picture("cows"),
    operations: [{ region: { box: [126, 84, 218, 144] }, motion: relocation([120, 0]) }],
    tokens: [6, 0],
  },
  {
    name: "duck",
    image: picture("duck"),
    operations: [{ region: { at: [249, 269] }, motion: relocation([60, 0]) }],
    tokens: [2, 0],
  },
  {
    name: "owl",
    image: picture("owl"),
    operations: [{ region: { at: [334, 185] }, motion: relocation([-90, 0]) }],
    tokens: [-4, 0],
  },
  {
    name: "horse",
    image: picture("horses"),
    operations: [{ region: { at: [176, 198] }, motion: relocation([40, 20]) }],
    tokens: [1, 1],
  },
];

const PAPER = { init: "inversion", condition: "edit-area", change: "edit-area", changeShare: 1, kv: "on" } as const;
/** The bundle's own step size for this start is its `lrInversion`, 10 000. */
const rate = (value: number) => ({ lrTransport: value, lrIntensify: value });

/** What is compared, by name. */
export const CONFIGURATIONS: Readonly<Record<string, Recipe["options"]>> = {
  "inverted start, no supervision": { ...PAPER, supervision: "none" },
  "inverted start, regions, the bundle's rate": PAPER,
  "inverted start, regions, rate 300": { ...PAPER, ...rate(300) },
  "inverted start, regions, rate 30000": { ...PAPER, ...rate(30_000) },
  "inverted start, points, the bundle's rate": { ...PAPER, supervision: "point" },
  "moved start, no supervision": { supervision: "none" },
  "moved start, regions, rate 300": {},
};

/** Of these, what is run again over whole tokens. */
export const OVER_TOKENS = ["inverted start, no supervision", "inverted start, regions, the bundle's rate"] as const;
