import { describe, expect, test } from "vitest";
import { looksAt, sizedFor } from "../../../src/engine/edit/looks.ts";
import { settingsSchema } from "../../../src/engine/models/settings-schema.ts";
import { parseRecipe } from "../../../src/engine/recipe/parse.ts";
import { resolveRecipe } from "../../../src/engine/recipe/resolve.ts";

const SETTINGS = settingsSchema.parse({
  features: ["DOUBLE-0-2"],
  hookDoubles: [],
  hookSingles: [],
  workingSize: 256,
  skip: 6,
  fastSkip: 20,
});
const never = () => Promise.reject(new Error("not asked"));
const io = { readMask: never, segment: never, encodeMask: never };

/** A square of `side` pixels moved to the right. */
function move(side: number, by: number, keepSource = false) {
  const box = [100, 400, 100 + side, 400 + side];
  const operation = { region: { box }, motion: { type: "relocation", by: [by, 0] }, keepSource };
  return resolveRecipe(parseRecipe({ operations: [operation] }), { width: 1600, height: 900 }, io);
}

describe("the size that the model works at", () => {
  test("stays where the region is large enough", async () => {
    expect(sizedFor(await move(300, 60), { ...SETTINGS, largestSize: 512 }).workingSize).toBe(256);
  });

  test("grows until the region is 64 model pixels across", async () => {
    const edit = await move(120, 240);
    const { workingSize } = sizedFor(edit, { ...SETTINGS, largestSize: 1024 });
    const [look] = looksAt(edit, { ...SETTINGS, workingSize });
    const [x0, , x1] = look?.view.box ?? [0, 0, 0, 0];
    expect(workingSize).toBeGreaterThan(256);
    expect((120 * workingSize) / (x1 - x0)).toBeGreaterThanOrEqual(64);
    expect((120 * (workingSize - 16)) / (x1 - x0)).toBeLessThan(64);
  });

  test("grows no further than it may", async () => {
    const edit = await move(20, 900);
    expect(sizedFor(edit, { ...SETTINGS, largestSize: 384 }).workingSize).toBe(384);
    expect(sizedFor(edit, SETTINGS).workingSize).toBe(256);
  });
});

describe("the looks at an edit", () => {
  test("are one where the region shows large enough", async () => {
    expect(looksAt(await move(300, 60), SETTINGS)).toHaveLength(1);
  });

  test("are two where it is small on a long way, the second close to what is uncovered", async () => {
    const edit = await move(60, 900);
    const [first, second] = looksAt(edit, SETTINGS);
    expect(first?.settings.transportIterations).toBe(50);
    expect(second?.settings).toMatchObject({ skip: 20, change: "vacated", transportIterations: 0 });
    const [x0, , x1] = second?.view.box ?? [0, 0, 0, 0];
    expect([x0, x1].every((x) => x >= 0 && x < 300)).toBe(true);
    expect(x1 - x0).toBeGreaterThan(60);
  });

  test("are one where nothing is uncovered, or only one is wanted", async () => {
    expect(looksAt(await move(60, 900, true), SETTINGS)).toHaveLength(1);
    expect(looksAt(await move(60, 900), { ...SETTINGS, scales: "one" })).toHaveLength(1);
  });
});
