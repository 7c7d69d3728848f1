import { describe, expect, it } from "vitest";
import { frameOf, intoPicture } from "../../../src/engine/edit/frame.ts";
import { gatesOf } from "../../../src/engine/edit/tiers.ts";
import { apply } from "../../../src/engine/geometry/affine.ts";
import { boundingBox } from "../../../src/engine/geometry/mask.ts";
import type { Mask, Rgb } from "../../../src/engine/raster.ts";
import { parseRecipe } from "../../../src/engine/recipe/parse.ts";
import { type ResolvedEdit, resolveRecipe } from "../../../src/engine/recipe/resolve.ts";
import type { Motion } from "../../../src/engine/recipe/schema.ts";
import { previewEdit } from "../../../src/engine/retouch/preview.ts";
import { discOnGround } from "../../helpers/pictures.ts";

const [WIDTH, HEIGHT] = [700, 500];
const picture = discOnGround(WIDTH, HEIGHT, 400, 300, 20);

function resolved(motion: Motion, at: readonly [number, number] = [400, 300]): Promise<ResolvedEdit> {
  const region = { ellipse: { center: [...at], radius: [20, 20] } };
  const none = async (): Promise<never> => {
    throw new Error("no masks here");
  };
  return resolveRecipe(parseRecipe({ operations: [{ region, motion }] }), picture, {
    readMask: none,
    encodeMask: none,
  });
}

const MOTIONS: Readonly<Record<string, Motion>> = {
  "relocation by": { type: "relocation", by: [40, -6] },
  "relocation to": { type: "relocation", to: [440, 290] },
  rotation: { type: "rotation", degrees: 25, about: [380, 310] },
  scale: { type: "scale", factor: [1.4, 0.8], about: [390, 300] },
  compose: {
    type: "compose",
    motions: [
      { type: "scale", factor: 1.2 },
      { type: "rotation", degrees: -30, about: [410, 290] },
    ],
  },
};

describe.each(Object.entries(MOTIONS))("%s in its frame", (_, motion) => {
  it("is the same edit in other coordinates", async () => {
    const edit = await resolved(motion);
    const { box, edit: framed, rgb } = frameOf(picture, edit);
    const [left, top] = box;
    const [whole, part] = [edit.operations[0], framed.operations[0]];
    if (!whole || !part) throw new Error("Expected one operation");
    for (const progress of [0, 0.4, 1]) {
      const [x, y] = apply(whole.at(progress), [395, 305]);
      const [u, v] = apply(part.at(progress), [395 - left, 305 - top]);
      expect([u + left, v + top]).toEqual([expect.closeTo(x, 6), expect.closeTo(y, 6)]);
    }
    expect(part.motion.type === "relocation" && part.motion.to).toEqual(
      motion.type === "relocation" && motion.to && [motion.to[0] - left, motion.to[1] - top],
    );
    expect(rgb.width * rgb.height).toBeLessThan(0.5 * WIDTH * HEIGHT);
    expect(framed.recipe).toBe(edit.recipe);
  });

  it("gives the picture and the gates that the whole would give", async () => {
    const edit = await resolved(motion);
    const frame = frameOf(picture, edit);
    const run = (rgb: Rgb, { operations, editable }: ResolvedEdit) =>
      previewEdit(
        rgb,
        operations.map(({ grown, keepSource, regime, at }) => ({ mask: grown, keepSource, regime, at })),
        editable,
      );
    const [whole, part] = [run(picture, edit), run(frame.rgb, frame.edit)];
    expect(mostDifferent(whole.picture, intoPicture(picture, part.picture, frame.box))).toBeLessThanOrEqual(1);
    const gates = await gatesOf(picture, whole.picture, edit, whole.vacated);
    for (const [name, value] of Object.entries(await gatesOf(frame.rgb, part.picture, frame.edit, part.vacated))) {
      expect(value, name).toBeCloseTo(gates[name as keyof typeof gates], 2); // both have the same names
    }
  });
});

describe("the frame's box", () => {
  it.each([
    [20, 20],
    [690, 490],
    [400, 10],
  ] as const)("lies inside the picture and holds all masks around [%i, %i]", async (x, y) => {
    const edit = await resolved({ type: "relocation", by: [3, 2] }, [x, y]);
    const { box, edit: framed } = frameOf(picture, edit);
    const [x0, y0, x1, y1] = box;
    expect([x0 >= 0, y0 >= 0, x1 <= WIDTH, y1 <= HEIGHT]).toEqual([true, true, true, true]);
    const masks = (of: ResolvedEdit): Mask[] => [
      of.editable,
      ...of.operations.flatMap((o) => [o.grown, o.target, o.region]),
    ];
    const places = masks(framed).map((mask) =>
      boundingBox(mask, 0)?.map((value, i) => value + (i % 2 === 0 ? x0 : y0)),
    );
    expect(places).toEqual(masks(edit).map((mask) => boundingBox(mask, 0)));
  });
});

function mostDifferent(a: Rgb, b: Rgb): number {
  return a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - (b.data[i] ?? 0))), 0);
}
