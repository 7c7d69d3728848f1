import { beforeAll, describe, expect, test } from "vitest";
import type { Gates } from "../../../src/engine/api.ts";
import { translation } from "../../../src/engine/geometry/affine.ts";
import { dilate, fullMask, subtract } from "../../../src/engine/geometry/mask.ts";
import type { Mask, Rgb } from "../../../src/engine/raster.ts";
import { measureGates } from "../../../src/engine/retouch/gates.ts";
import { previewEdit } from "../../../src/engine/retouch/preview.ts";
import { type Colour, discOnGround, ground, inDisc, maskWhere, paint, stripes } from "../../helpers/pictures.ts";

const [width, height] = [260, 180];
const [from, to] = [inDisc(80, 90, 34), inDisc(180, 90, 34)];
const before = discOnGround(width, height, 80, 90, 34);
const source = maskWhere(width, height, from);
const target = maskWhere(width, height, to);
const affine = translation([100, 0]);
const hole = dilate(source, 4);
const editable = fullMask(before);
const region = { source, target, vacated: subtract(hole, target), editable, affine };

/** The moved disc over a hole filled by `behind`. */
function moved(behind: (x: number, y: number) => Colour, disc = stripes): Rgb {
  return paint(width, height, (x, y) => {
    if (to(x, y)) return disc(x - 100, y);
    return inHole(x, y) ? behind(x, y) : ground(x, y);
  });
}

const inHole = inDisc(80, 90, 38);
const texture = (x: number, y: number): Colour => ground(x + 500, y);
const smear = (): Colour => [70, 120, 60];
const gatesOf = (after: Rgb): Gates => measureGates(before, after, [region]);

describe("measureGates", () => {
  const good = gatesOf(moved(texture));

  test("a perfect move is cleared, arrived, seamless and textured", () => {
    expect(good.sourceCleared).toBeGreaterThan(0.85);
    expect(good.targetArrived).toBeGreaterThan(0.95);
    expect(good.seamEnergy).toBeLessThan(1.2);
    expect(good.fillTexture).toBeGreaterThan(0.85);
    expect(good.fillTexture).toBeLessThan(1.15);
    expect(good.score).toBeGreaterThan(0.9);
  });

  test("doing nothing scores far lower", () => {
    const nothing = gatesOf(before);
    expect(nothing.sourceCleared).toBeLessThan(0.05);
    expect(nothing.targetArrived).toBeLessThan(0.2);
    expect(nothing.score).toBeLessThan(good.score - 0.5);
  });

  test("a copy left behind is not cleared", () => {
    const copy = paint(width, height, (x, y) =>
      from(x, y) ? stripes(x, y) : to(x, y) ? stripes(x - 100, y) : ground(x, y),
    );
    expect(gatesOf(copy).sourceCleared).toBeLessThan(0.05);
    expect(gatesOf(copy).score).toBeLessThan(good.score - 0.25);
  });

  test("a blurred target arrives less than a sharp one", () => {
    const flat = gatesOf(moved(texture, () => [200, 60, 50]));
    const soft = gatesOf(moved(texture, (x, y) => blurredStripes(x, y)));
    expect(soft.targetArrived).toBeLessThan(good.targetArrived - 0.1);
    expect(flat.targetArrived).toBeLessThan(soft.targetArrived);
    expect(soft.score).toBeLessThan(good.score);
  });

  test("a smeared hole has less texture than a grown one", () => {
    const smeared = gatesOf(moved(smear));
    expect(smeared.fillTexture).toBeLessThan(0.2);
    expect(smeared.score).toBeLessThan(good.score);
  });

  test("a hole of the wrong brightness shows a seam", () => {
    const bright = gatesOf(moved((x, y) => ground(x + 500, y).map((level) => level + 60) as unknown as Colour));
    expect(bright.seamEnergy).toBeGreaterThan(good.seamEnergy + 0.1);
  });

  test("nothing vacated counts as cleared", () => {
    const vacated: Mask = { width, height, data: new Uint8Array(width * height) };
    expect(measureGates(before, before, [{ ...region, vacated }]).sourceCleared).toBe(1);
  });
});

describe("gates of the preview", () => {
  let preview: Gates;
  beforeAll(() => {
    const cut = { mask: dilate(source, 2), keepSource: false, regime: "cut", at: () => affine } as const;
    const out = previewEdit(before, [cut], editable);
    preview = measureGates(before, out.picture, [{ ...region, vacated: out.vacated }]);
  });

  test("a preview beats doing nothing by far", () => {
    expect(preview.sourceCleared).toBeGreaterThan(0.8);
    expect(preview.targetArrived).toBeGreaterThan(0.8);
    expect(preview.score).toBeGreaterThan(gatesOf(before).score + 0.4);
  });
});

function blurredStripes(x: number, y: number): Colour {
  const sum = [0, 0, 0];
  for (let j = -2; j <= 2; j++)
    for (let i = -2; i <= 2; i++)
      stripes(x + i, y + j).forEach((v, c) => {
        sum[c] = (sum[c] ?? 0) + v / 25;
      });
  return sum as unknown as Colour;
}
