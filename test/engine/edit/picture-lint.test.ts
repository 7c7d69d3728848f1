import { describe, expect, it } from "vitest";
import { lintPicture } from "../../../src/engine/edit/picture-lint.ts";
import type { Rgb } from "../../../src/engine/raster.ts";
import { parseRecipe } from "../../../src/engine/recipe/parse.ts";
import { rasteriseRegion } from "../../../src/engine/recipe/rasterise.ts";
import { resolveRecipe } from "../../../src/engine/recipe/resolve.ts";
import type { RegionSpec } from "../../../src/engine/recipe/schema.ts";
import { type Colour, ground, inDisc, noiseAt, paint, stripes } from "../../helpers/pictures.ts";
import { textIo } from "../recipe/helpers.ts";

const [W, H] = [240, 200];
const disc = inDisc(100, 80, 32);

type Ground = (x: number, y: number) => Colour;
const scene = (below: Ground): Rgb => paint(W, H, (x, y) => (disc(x, y) ? stripes(x, y) : below(x, y)));

/** An ellipse under the disc, reaching to the right, as the sun casts it. */
const inShadow = (x: number, y: number): boolean => ((x - 112) / 46) ** 2 + ((y - 112) / 14) ** 2 < 1;
const shaded =
  (by: number, tone: Ground = ground): Ground =>
  (x, y) =>
    inShadow(x, y) ? (tone(x, y).map((value) => by * value) as unknown as Colour) : tone(x, y);

const water: Ground = (x, y) => [90 + 10 * noiseAt(x, y), 110 + 10 * noiseAt(x, y), 130 + 10 * noiseAt(x, y)];
/** The disc again, upside down and dimmer, under its lowest row. */
const mirror: Ground = (x, y) => {
  const above = 2 * 112 - 1 - y;
  return y >= 112 && disc(x, above) ? (stripes(x, above).map((v) => 0.6 * v + 40) as unknown as Colour) : water(x, y);
};

async function codes(picture: Rgb, motion: object = { type: "relocation", by: [60, 0] }, more: object = {}) {
  const region = { ellipse: { center: [100, 80], radius: [32, 32] } };
  const recipe = parseRecipe({ operations: [{ label: "ball", region, motion, ...more }] });
  const { operations } = await resolveRecipe(recipe, picture, textIo());
  return lintPicture(picture, operations);
}

describe("a region drawn loosely", () => {
  const motion = { type: "relocation", by: [60, 0] } as const;
  const warningsOf = async (region: RegionSpec, more: object = {}) => {
    const picture = scene(ground);
    const recipe = parseRecipe({ operations: [{ label: "ball", region, motion, ...more }] });
    const { operations } = await resolveRecipe(recipe, picture, textIo());
    return lintPicture(picture, operations).filter(({ code }) => code === "region-loose");
  };

  it("is warned of, with the region that would take the thing alone", async () => {
    const [warning] = await warningsOf({ box: [56, 36, 144, 124] });
    expect(warning?.message).toContain('{"object":[56,36,144,124]}');
  });

  it("is none where the outline follows the thing", async () => {
    expect(await warningsOf({ ellipse: { center: [100, 80], radius: [32, 32] } })).toEqual([]);
  });

  it("does not matter where the surroundings bend along", async () => {
    const bend = { motion: { type: "deformation", by: [20, 0] } };
    expect(await warningsOf({ box: [56, 36, 144, 124] }, bend)).toEqual([]);
  });
});

describe("a shadow that stays behind", () => {
  it("is warned of when dark, dull ground touches the lower border", async () => {
    const [warning] = await codes(scene(shaded(0.5)));
    expect(warning).toMatchObject({
      code: "shadow-stays",
      message: expect.stringMatching(/^The shadow of region "ball"/),
    });
  });

  it("offers the shadow as a region that an operation can move", async () => {
    const picture = scene(shaded(0.5));
    const [warning] = await codes(picture);
    const region = await rasteriseRegion(
      { polygon: (warning?.polygon ?? []) as [number, number][] },
      picture,
      textIo(),
    );
    let [shadow, hit, stray] = [0, 0, 0];
    region.data.forEach((value, i) => {
      const [x, y] = [i % W, Math.floor(i / W)];
      if (disc(x, y)) return; // it lies behind the region, too
      const dark = inShadow(x, y);
      shadow += dark ? 1 : 0;
      if (value > 127) dark ? hit++ : stray++;
    });
    expect(hit / shadow).toBeGreaterThan(0.85);
    expect(stray / shadow).toBeLessThan(0.35);
  });

  it.each<[string, Ground]>([
    ["plain ground", ground],
    ["a slightly darker patch", shaded(0.93)],
    ["a patch of another colour", (x, y) => (inShadow(x, y) ? [60, 20, 90] : ground(x, y))],
    ["a brighter patch", shaded(1.5)],
    [
      "ground that darkens towards the bottom",
      (x, y) => ground(x, y).map((v) => v * (1 - y / 400)) as unknown as Colour,
    ],
    ["night", (x, y) => [12 + 6 * noiseAt(x, y), 14, 16]],
  ])("is not seen in %s", async (_, below) => {
    expect(await codes(scene(below))).toEqual([]);
  });

  it.each<[string, object, object]>([
    ["a copy", { type: "relocation", by: [60, 0] }, { keepSource: true }],
    ["what is only bent", { type: "deformation", by: [60, 0] }, {}],
    ["what hardly moves", { type: "relocation", by: [1, 0] }, {}],
  ])("does not matter to %s", async (_, motion, more) => {
    expect(await codes(scene(shaded(0.5)), motion, more)).toEqual([]);
  });
});

describe("a reflection that stays behind", () => {
  it("is warned of when what lies below is the region upside down", async () => {
    const [warning] = await codes(scene(mirror));
    expect(warning).toMatchObject({ code: "shadow-stays", message: expect.stringMatching(/^The reflection of/) });
    const rows = (warning?.polygon ?? []).map(([, y = 0]) => y);
    expect(Math.min(...rows)).toBeGreaterThan(105); // the row where they meet is 112
    expect(Math.abs(Math.max(...rows) - 176)).toBeLessThan(10);
  });

  it("is not seen in water without one", async () => {
    expect(await codes(scene(water))).toEqual([]);
  });
});
