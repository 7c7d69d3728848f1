/** Recipes of every form, most of them valid on a small picture. */
import fc from "fast-check";

export const PICTURE = { width: 48, height: 32 };
/** A 48 x 32 mask of one grey. */
export const MASK =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAADAAAAAgCAAAAABxv6TAAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAHElEQVQ4y2NgGAWDDPxHA6MaRjWQq2EUjAKKAACS+b9Bat478wAAAABJRU5ErkJggg==";

const oddCoordinate = fc.oneof(fc.integer({ min: -100, max: 200 }), fc.double({ noNaN: true }));
/** Whole numbers inside the picture, now and then something else. */
const within = (min: number, max: number) =>
  fc.oneof({ weight: 60, arbitrary: fc.integer({ min, max }) }, { weight: 1, arbitrary: oddCoordinate });
const point = fc.tuple(within(3, 44), within(3, 28));
const step = fc.tuple(within(-9, 9), within(-9, 9));
const size = fc.oneof(
  { weight: 30, arbitrary: fc.integer({ min: 2, max: 12 }) },
  fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
);

const region = fc.oneof(
  fc.record({ box: fc.tuple(within(0, 20), within(0, 14), within(21, 44), within(15, 30)) }),
  fc.constant({ box: [6, 6, 22, 20] }),
  fc.record({ polygon: fc.array(point, { minLength: 3, maxLength: 8 }) }),
  fc.record({ ellipse: fc.record({ center: point, radius: fc.tuple(size, size) }) }),
  fc.record({ stroke: fc.record({ points: fc.array(point, { minLength: 1, maxLength: 5 }), width: size }) }),
  fc.record({ at: point }),
  fc.constant({ mask: MASK }),
);
const offset = fc.oneof(fc.record({ by: step }), fc.record({ to: point }));
const ratio = fc.double({ min: 0.3, max: 3, noNaN: true });
const factor = fc.oneof({ weight: 4, arbitrary: ratio }, fc.tuple(ratio, ratio), size);
const simple = fc.oneof(
  fc
    .tuple(fc.constantFrom("relocation", "deformation", "translation"), offset)
    .map(([type, rest]) => ({ type, ...rest })),
  fc.record({ type: fc.constant("rotation"), degrees: within(-60, 60), about: point }),
  fc.record({ type: fc.constant("rotation"), to: point, about: point }),
  fc.record({ type: fc.constant("scale"), factor }),
  fc.record({ type: fc.constant("scale"), factor, about: point }),
);
const motion = fc.oneof(
  { weight: 4, arbitrary: simple },
  fc.record({ type: fc.constant("compose"), motions: fc.array(simple, { minLength: 1, maxLength: 3 }) }),
);
const operation = fc.record(
  { label: fc.string({ maxLength: 8 }), region, motion, keepSource: fc.boolean() },
  { requiredKeys: ["region", "motion"] },
);

export const anyRecipe = fc.record(
  {
    version: fc.constant(1),
    prompt: fc.string({ maxLength: 12 }),
    operations: fc.array(operation, { minLength: 1, maxLength: 3 }),
    editable: fc.oneof(fc.constantFrom("auto", "everything"), region),
    quality: fc.constant("preview"),
    seed: fc.nat(),
    options: fc.oneof(
      {
        weight: 8,
        arbitrary: fc.constantFrom<Record<string, unknown>>(
          {},
          {},
          {},
          { regime: "bend" },
          { regime: "cut" },
          { dilate: 64 },
          { numSteps: 3, skip: 2 },
        ),
      },
      fc.dictionary(
        fc.constantFrom("regime", "dilate", "kv", "x"),
        fc.oneof(fc.string({ maxLength: 4 }), fc.integer()),
        { maxKeys: 2 },
      ),
    ),
  },
  { requiredKeys: ["operations", "quality"] },
);

/** Always the same ones. */
export function someRecipes(count: number, seed = 1): Uint8Array[] {
  return fc.sample(anyRecipe, { numRuns: count, seed }).map((recipe) => Buffer.from(JSON.stringify(recipe)));
}

/** One that follows from the number. */
export function recipeOf(seed: number): Uint8Array {
  return someRecipes(1, seed)[0] ?? Buffer.from("{}");
}
