import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { planEdit } from "../../../src/engine/edit/plan.ts";
import { parseRecipe } from "../../../src/engine/recipe/parse.ts";
import { loadOpenCv } from "../../../src/engine/segment/opencv.ts";

const image = fileURLToPath(new URL("../../../examples/boat.webp", import.meta.url));
const noCv = () => Promise.reject(new Error("nothing here needs a segmenter"));
const plan = (options: object) => {
  const operations = [{ region: { box: [100, 260, 200, 320] }, motion: { type: "relocation", by: [40, 0] } }];
  return planEdit(image, parseRecipe({ operations, options }), ".", noCv);
};
const count = (data: Uint8Array) => data.reduce((sum, value) => sum + (value > 127 ? 1 : 0), 0);

test("under the published code's fidelity regions are not grown and the area is the bare rectangle", async () => {
  const [paper, product] = [await plan({ fidelity: "paper code" }), await plan({})];
  expect(paper.edit.box).toEqual([100, 260, 240, 320]);
  expect(count(paper.edit.operations[0]?.grown.data ?? new Uint8Array())).toBe(100 * 60);
  expect(paper.warnings.map(({ code }) => code)).not.toContain("region-grown");
  expect(count(product.edit.operations[0]?.grown.data ?? new Uint8Array())).toBeGreaterThan(100 * 60);
});

test("the segmenter's doubts about a box are among the warnings", async () => {
  const of = async (object: [number, number, number, number]) => {
    const operations = [
      { region: { object }, motion: { type: "relocation" as const, by: [40, 0] as [number, number] } },
    ];
    const { edit, warnings } = await planEdit(image, parseRecipe({ operations }), ".", loadOpenCv);
    return { region: edit.operations[0]?.region, codes: warnings.map(({ code }) => code) };
  };
  const sky = await of([20, 10, 80, 50]);
  expect(sky.codes).toContain("low-confidence");
  const boat = await of([70, 250, 310, 345]);
  expect(boat.codes).not.toContain("low-confidence");
  expect(count(boat.region?.data ?? new Uint8Array())).toBeLessThan(0.9 * 240 * 95);
});
