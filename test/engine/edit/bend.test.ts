/** Bends from file to file: the answer names the regime, says what was reduced, and leaves the outside alone. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { LocalEngine } from "../../../src/engine/local.ts";
import { parseRecipe } from "../../../src/engine/recipe/parse.ts";
import { paint } from "../../helpers/pictures.ts";
import { ownFolder, pngOf } from "../image/make.ts";

const folder = await ownFolder();
const engine = new LocalEngine({ home: folder });
afterAll(() => engine.close());

const [width, height] = [160, 120];
const post = paint(width, height, (x) => (x >= 70 && x < 90 ? [220, 180, 40] : [60, 90, 140]));
const image = join(folder, "post.png");
await writeFile(image, await pngOf({ ...post, channels: 3, depth: 8, samples: post.data }));

let count = 0;
async function edit(motion: object, more: object = {}) {
  const operations = [{ region: { box: [66, 20, 94, 50] }, motion }];
  const recipe = parseRecipe({ operations, quality: "preview", ...more });
  return engine.edit({ image, recipe, baseDir: folder, dir: join(folder, `edit-${++count}`) });
}
const MOVE = { type: "relocation", by: [10, 0] };

describe("the answer", () => {
  it("names the regime that was chosen or asked for", async () => {
    expect((await edit(MOVE, { options: { regime: "cut" } })).regimes).toEqual(["cut"]);
    expect((await edit(MOVE, { options: { regime: "bend" } })).regimes).toEqual(["bend"]);
    expect((await edit({ ...MOVE, type: "deformation" })).regimes).toEqual(["bend"]);
  });

  it("has gates that make sense of a bend: all of it arrived, nothing was left to clear or fill", async () => {
    const { tiers, receipt, warnings } = await edit({ ...MOVE, type: "deformation" });
    expect(tiers.preview).toMatchObject({ sourceCleared: 1, fillTexture: 1, fillPlausible: 1 });
    expect(tiers.preview?.targetArrived).toBeGreaterThan(0.9);
    expect(receipt.outsideChanged).toBe(0);
    expect(warnings.map(({ code }) => code)).not.toContain("bend-reduced");
  });

  it("says how much of a bend had room", async () => {
    const editable = { box: [60, 14, 100, 56] };
    const { warnings, receipt } = await edit({ type: "deformation", by: [40, 0] }, { editable });
    expect(warnings).toContainEqual({
      code: "bend-reduced",
      message: expect.stringMatching(/^The bend had room for \d+ % of its motion only/),
    });
    expect(receipt.outsideChanged).toBe(0);
  });
});

describe("options of a preview", () => {
  it("are checked, though no model reads them", async () => {
    await expect(edit(MOVE, { options: { regime: "fold" } })).rejects.toMatchObject({
      code: "recipe-invalid",
      message: expect.stringContaining("options.regime"),
    });
    await expect(edit(MOVE, { options: { reggime: "cut" } })).rejects.toMatchObject({ code: "recipe-invalid" });
    await expect(edit(MOVE, { options: { numSteps: "many" } })).rejects.toMatchObject({ code: "recipe-invalid" });
  });

  it("may be a model's: they wait for it", async () => {
    expect((await edit(MOVE, { options: { numSteps: 4, regime: "cut" } })).tier).toBe("preview");
  });
});
