import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { planEdit } from "../../../src/engine/edit/plan.ts";
import { parseRecipe } from "../../../src/engine/recipe/parse.ts";

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
