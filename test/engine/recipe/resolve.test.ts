import { describe, expect, it } from "vitest";
import { affineOfMotion } from "../../../src/engine/geometry/affine.ts";
import {
  areaShare,
  boundingBox,
  coveredShare,
  dilate,
  fullMask,
  threshold,
} from "../../../src/engine/geometry/mask.ts";
import { boxMask } from "../../../src/engine/geometry/polygon.ts";
import { parseRecipe } from "../../../src/engine/recipe/parse.ts";
import { defaultConstants, type ResolvedEdit, resolveRecipe } from "../../../src/engine/recipe/resolve.ts";
import type { RecipeInput } from "../../../src/engine/recipe/schema.ts";
import { textIo } from "./helpers.ts";

const size = { width: 120, height: 90 };
const io = textIo({ "paw.png": boxMask([20, 20, 40, 34], size) }, boxMask([70, 50, 90, 70], size));

const turn: RecipeInput = {
  operations: [
    { label: "paw", region: { mask: "paw.png" }, motion: { type: "rotation", degrees: 40, about: [20, 27] } },
    { region: { at: [80, 60] }, motion: { type: "scale", factor: 1.2 }, keepSource: true },
    { region: { box: [50, 10, 60, 30] }, motion: { type: "deformation", to: [60, 40] } },
  ],
};

function resolve(recipe: RecipeInput, constants = {}): Promise<ResolvedEdit> {
  return resolveRecipe(parseRecipe(recipe), size, io, constants);
}

function codesOf({ warnings }: ResolvedEdit): string[] {
  return warnings.map(({ code }) => code);
}

describe("operations", () => {
  it("keep what was drawn, and grow and move what is used", async () => {
    const { operations } = await resolve(turn, { dilate: 3 });
    const [paw, thing] = operations;
    expect(paw?.label).toBe("paw");
    expect(paw?.region).toEqual(boxMask([20, 20, 40, 34], size));
    expect(paw?.grown).toEqual(dilate(boxMask([20, 20, 40, 34], size), 3));
    expect(paw?.centroid).toEqual([30, 27]);
    expect(paw?.affine).toEqual(affineOfMotion({ type: "rotation", degrees: 40, about: [20, 27] }, [30, 27]));
    expect(paw?.at(1)).toEqual(paw?.affine);
    expect(areaShare(thing?.target ?? fullMask(size)) / areaShare(thing?.grown ?? fullMask(size))).toBeCloseTo(1.44, 1);
    expect([thing?.label, thing?.keepSource, paw?.keepSource]).toEqual(["region 2", true, false]);
  });

  it("say that they were grown, unless they were not", async () => {
    expect(codesOf(await resolve(turn))).toEqual(["region-grown"]);
    expect(codesOf(await resolve(turn, { dilate: 0 }))).toEqual([]);
  });
});

describe("the resolved recipe", () => {
  it("needs neither files nor a segmenter, and keeps drawn shapes", async () => {
    const { recipe } = await resolve(turn);
    const [paw, thing, shape] = recipe.operations;
    expect(paw?.region).toEqual({ mask: expect.stringMatching(/^data:/) });
    expect(thing?.region).toEqual({ mask: expect.stringMatching(/^data:/) });
    expect(shape?.region).toEqual({ box: [50, 10, 60, 30] });
    expect(recipe.operations.map(({ motion }) => motion)).toEqual(turn.operations.map(({ motion }) => motion));
  });

  it("resolves again to the same masks, and to itself", async () => {
    const first = await resolve({ ...turn, editable: { mask: "paw.png" } });
    const second = await resolveRecipe(parseRecipe(first.recipe), size, textIo());
    expect(second.recipe).toEqual(first.recipe);
    expect(second.editable).toEqual(first.editable);
    expect(second.warnings).toEqual(first.warnings);
    for (const [i, operation] of first.operations.entries()) {
      const { at: _, ...rest } = operation;
      expect(second.operations[i]).toMatchObject(rest);
    }
  });
});

describe("the editable area", () => {
  it("holds source, target and the way between, and leaves the rest alone", async () => {
    const edit = await resolve({
      operations: [{ region: { box: [20, 20, 34, 34] }, motion: { type: "relocation", by: [50, 30] } }],
    });
    for (const { grown, target } of edit.operations) {
      expect(coveredShare(grown, edit.editableHard)).toBe(1);
      expect(coveredShare(target, edit.editableHard)).toBe(1);
    }
    expect(edit.editableHard.data[42 * 120 + 52]).toBe(255);
    // A turned rectangle, not the box around it: the box's other corners stay.
    expect(edit.editableHard.data[20 * 120 + 80]).toBe(0);
    expect(areaShare(edit.editableHard)).toBeLessThan(0.4);
    expect(edit.box).toEqual(boundingBox(edit.editableHard));
  });

  it("is feathered inside its border only", async () => {
    const { editable, editableHard } = await resolve(turn, { feather: 6 });
    expect(threshold(editable, 0)).toEqual(editableHard);
    expect(new Set(editable.data).size).toBeGreaterThan(4);
  });

  it("puts the ramp beyond source and target where margin and feather are the same", async () => {
    const { editable, operations } = await resolve(turn);
    const paw = operations[0];
    const faded = paw?.grown.data.filter((value, i) => value > 0 && (editable.data[i] ?? 0) < 250).length;
    expect(faded).toBe(0);
  });

  it("may be everything", async () => {
    const edit = await resolve({ ...turn, editable: "everything" });
    expect(edit.editable).toEqual(fullMask(size));
    expect(edit.box).toEqual([0, 0, 120, 90]);
  });

  it("warns when a chosen area leaves out source or target", async () => {
    const operations: RecipeInput["operations"] = [
      { label: "paw", region: { mask: "paw.png" }, motion: { type: "relocation", by: [40, 0] } },
    ];
    const misses = await resolve({ operations, editable: { box: [10, 10, 70, 60] } }, { dilate: 0 });
    expect(misses.warnings).toEqual([
      { code: "editable-misses-region", message: expect.stringContaining('50 % of the target of region "paw"') },
    ]);
    expect(misses.editableHard).toEqual(boxMask([10, 10, 70, 60], size));
    const covers = await resolve({ operations, editable: { box: [20, 20, 80, 34] } }, { dilate: 0 });
    expect(covers.warnings).toEqual([]);
  });

  it("is refused when it lies outside", async () => {
    await expect(resolve({ ...turn, editable: { box: [200, 0, 300, 50] } })).rejects.toMatchObject({
      code: "region-outside",
    });
  });
});

describe("refusals", () => {
  it("prints the centroid for a rotation without about", async () => {
    const attempt = resolve({
      operations: [{ region: { mask: "paw.png" }, motion: { type: "rotation", degrees: 9 } }],
    });
    await expect(attempt).rejects.toMatchObject({
      code: "rotation-without-about",
      message: expect.stringContaining("[30.0, 27.0]"),
    });
  });

  it("refuses a target outside before any mask is moved", async () => {
    const attempt = resolve({
      operations: [{ region: { mask: "paw.png" }, motion: { type: "relocation", by: [500, 0] } }],
    });
    await expect(attempt).rejects.toMatchObject({ code: "target-outside" });
  });
});

describe("default constants", () => {
  it("grow with the picture, within bounds", () => {
    expect(defaultConstants({ width: 100, height: 80 })).toEqual({ dilate: 2, margin: 4, feather: 4 });
    expect(defaultConstants({ width: 1024, height: 768 })).toEqual({ dilate: 4, margin: 10, feather: 10 });
    expect(defaultConstants({ width: 6000, height: 9000 })).toEqual({ dilate: 8, margin: 32, feather: 32 });
  });
});
