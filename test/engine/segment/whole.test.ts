import { beforeAll, describe, expect, test } from "vitest";
import type { Point } from "../../../src/engine/raster.ts";
import { type Cv, loadOpenCv } from "../../../src/engine/segment/opencv.ts";
import { type Selected, selectFromHint } from "../../../src/engine/segment/select.ts";
import { type Colour, ground, inDisc, iou, maskWhere, noiseAt, paint } from "../../helpers/pictures.ts";

const [width, height] = [320, 240];
const body = inDisc(150, 120, 60);
const grain = (x: number, y: number, [r, g, b]: Colour): Colour => {
  const d = 16 * noiseAt(x, y, 3) - 8;
  return [r + d, g + d, b + d];
};
let cv: Cv;

beforeAll(async () => {
  cv = await loadOpenCv();
}, 60_000);

const at = (picture: ReturnType<typeof paint>, point: Point): Selected =>
  selectFromHint(picture, { type: "points", points: [{ point, positive: true }] }, cv);

describe("one point on a thing of two colours", () => {
  const badge = paint(width, height, (x, y) => {
    if (!body(x, y)) return ground(x, y);
    return grain(x, y, x < 150 ? [205, 50, 40] : [235, 225, 210]);
  });

  test.each<[string, Point]>([
    ["the red half", [120, 120]],
    ["the white half", [180, 120]],
  ])("selects all of it from %s", (_, point) => {
    const { mask, confidence } = at(badge, point);
    expect(iou(mask, maskWhere(width, height, body))).toBeGreaterThan(0.9);
    expect(confidence).toBeGreaterThan(0.5);
  });

  test("a second point says that the half is meant", () => {
    const points = [
      { point: [120, 120] as const, positive: true },
      { point: [180, 120] as const, positive: false },
    ];
    const { mask } = selectFromHint(badge, { type: "points", points }, cv);
    const half = maskWhere(width, height, (x, y) => body(x, y) && x < 150);
    expect(iou(mask, half)).toBeGreaterThan(0.85);
  });
});

test("a thing on a plain field is not taken for the field around it", () => {
  const sky = (y: number): Colour => [120, 150 + y / 6, 230];
  const picture = paint(width, height, (x, y) => {
    if (inDisc(200, 80, 22)(x, y)) return grain(x, y, [200, 60, 50]);
    return y < 170 ? grain(x, y, sky(y)) : ground(x, y);
  });
  const { mask, confidence } = at(picture, [200, 80]);
  expect(iou(mask, maskWhere(width, height, inDisc(200, 80, 22)))).toBeGreaterThan(0.85);
  expect(confidence).toBeGreaterThan(0.6);
});

test("a point on a large picture selects as it does on a small one", () => {
  const disc = inDisc(1000, 300, 220);
  const large = paint(2100, 600, (x, y) => {
    if (!disc(x, y)) return ground(x, y);
    return grain(x, y, x < 1000 ? [205, 50, 40] : [235, 225, 210]);
  });
  const { mask, confidence } = at(large, [900, 300]);
  expect(iou(mask, maskWhere(2100, 600, disc))).toBeGreaterThan(0.95);
  expect(confidence).toBeGreaterThan(0.5);
});
