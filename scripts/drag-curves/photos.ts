/** Five photos with one relocation each. They are among those that the embedded model was trained on. */
import { fileURLToPath } from "node:url";
import type { Recipe, RecipeInput } from "../../src/engine/recipe/schema.ts";

export interface Photo {
  readonly name: string;
  readonly image: string;
  readonly operations: RecipeInput["operations"];
}

const picture = (name: string) => fileURLToPath(new URL(`../../evals/pictures/${name}.webp`, import.meta.url));
const relocation = (by: [number, number]) => ({ type: "relocation" as const, by });

export const PHOTOS: readonly Photo[] = [
  {
    name: "lips",
    image: picture("hat"),
    operations: [{ region: { ellipse: { center: [314, 186], radius: [42, 28] } }, motion: relocation([-70, -14]) }],
  },
  {
    name: "cow",
    image: picture("cows"),
    operations: [{ region: { box: [126, 84, 218, 144] }, motion: relocation([120, 0]) }],
  },
  { name: "duck", image: picture("duck"), operations: [{ region: { at: [249, 269] }, motion: relocation([60, 0]) }] },
  { name: "owl", image: picture("owl"), operations: [{ region: { at: [334, 185] }, motion: relocation([-90, 0]) }] },
  {
    name: "horse",
    image: picture("horses"),
    operations: [{ region: { at: [176, 198] }, motion: relocation([40, 20]) }],
  },
];

const PAPER = { init: "inversion", condition: "edit-area", change: "edit-area", kv: "on" } as const;
/** The bundle's `lrInversion`; the rates for its start from the moved picture, 300, move nothing from here. */
const STRONG = { lrTransport: 10_000, lrIntensify: 10_000 } as const;

/** What is compared, by name. */
export const CONFIGURATIONS: Readonly<Record<string, Recipe["options"]>> = {
  "inverted start, no supervision": { ...PAPER, supervision: "none" },
  "inverted start, regions, rate 300": { ...PAPER, lrTransport: 300, lrIntensify: 300 },
  "inverted start, regions, rate 10000": { ...PAPER, ...STRONG },
  "inverted start, points, rate 10000": { ...PAPER, ...STRONG, supervision: "point" },
  "moved start, no supervision": { supervision: "none" },
  "moved start, regions, rate 300": {},
};
