import { beforeAll, describe, expect, test } from "vitest";
import { emptyMask } from "../../../src/engine/geometry/mask.ts";
import { decodeImage, toRgb } from "../../../src/engine/image/decode.ts";
import { type Cv, loadOpenCv } from "../../../src/engine/segment/opencv.ts";
import { segmentSalient } from "../../../src/engine/segment/saliency.ts";
import { type Hint, selectFromHint } from "../../../src/engine/segment/select.ts";
import { EditError } from "../../../src/errors.ts";
import { discOnGround, ground, inDisc, iou, maskWhere, paint, stripes } from "../../helpers/pictures.ts";

const [width, height, cx, cy, radius] = [320, 240, 130, 110, 45];
const picture = discOnGround(width, height, cx, cy, radius);
const disc = maskWhere(width, height, inDisc(cx, cy, radius));
let cv: Cv;

beforeAll(async () => {
  cv = await loadOpenCv();
}, 60_000);

describe("selectFromHint", () => {
  const hints: [string, Hint][] = [
    ["box", { type: "box", box: [70, 50, 190, 170] }],
    ["point", { type: "points", points: [{ point: [cx, cy], positive: true }] }],
    ["rough mask", { type: "mask", mask: maskWhere(width, height, inDisc(cx + 6, cy - 4, radius + 5)) }],
    ["salient", { type: "salient" }],
  ];
  test.each(hints)("finds the disc from a %s, surely and without warnings", (_, hint) => {
    const { mask, confidence, warnings } = selectFromHint(picture, hint, cv);
    expect(iou(mask, disc)).toBeGreaterThan(0.93);
    expect(confidence).toBeGreaterThan(0.6);
    expect(warnings).toEqual([]);
  });

  test("the one thing that stands out is seen from near as well: the white stern before grey water belongs to the boat", async () => {
    const boat = await toRgb(await decodeImage("examples/boat.webp"));
    const { mask } = selectFromHint(boat, { type: "salient" }, cv);
    const stern = [230, 245, 260, 275, 290].map((x) => mask.data[321 * mask.width + x] ?? 0);
    expect(Math.min(...stern)).toBeGreaterThan(127);
  });

  test("gives the same mask twice", () => {
    const hint: Hint = { type: "box", box: [70, 50, 190, 170] };
    expect(selectFromHint(picture, hint, cv).mask.data).toEqual(selectFromHint(picture, hint, cv).mask.data);
  });

  test("a point picks one of two alike discs, a box around both takes both and says so", () => {
    const [left, right] = [inDisc(90, 120, 30), inDisc(230, 120, 30)];
    const two = paint(width, height, (x, y) => (left(x, y) || right(x, y) ? stripes(x, y) : ground(x, y)));
    const one = selectFromHint(two, { type: "points", points: [{ point: [230, 120], positive: true }] }, cv);
    expect(iou(one.mask, maskWhere(width, height, right))).toBeGreaterThan(0.9);
    const both = selectFromHint(two, { type: "box", box: [50, 80, 270, 160] }, cv);
    expect(
      iou(
        both.mask,
        maskWhere(width, height, (x, y) => left(x, y) || right(x, y)),
      ),
    ).toBeGreaterThan(0.9);
    expect(both.warnings.map(({ code }) => code)).toContain("region-fragmented");
  });

  test("a negative point takes its part away", () => {
    const bar = (x: number, y: number): boolean => y > 100 && y < 140 && x > 60 && x < 260;
    const halves = paint(width, height, (x, y) =>
      bar(x, y) ? (x < 160 ? [200, 40, 40] : [40, 40, 200]) : ground(x, y),
    );
    const points = [
      { point: [110, 120] as const, positive: true },
      { point: [210, 120] as const, positive: false },
    ];
    const { mask } = selectFromHint(halves, { type: "points", points }, cv);
    expect(
      iou(
        mask,
        maskWhere(width, height, (x, y) => bar(x, y) && x < 160),
      ),
    ).toBeGreaterThan(0.85);
  });

  test("warns at the picture's border", () => {
    const cut = discOnGround(width, height, 20, 120, radius);
    const { warnings } = selectFromHint(cut, { type: "box", box: [-5, 60, 80, 180] }, cv);
    expect(warnings.map(({ code }) => code)).toContain("region-touches-border");
  });

  test("a box inside a clear thing means that thing, with low confidence", () => {
    const { mask, confidence, warnings } = selectFromHint(picture, { type: "box", box: [110, 92, 152, 130] }, cv);
    expect(iou(mask, disc)).toBeGreaterThan(0.9);
    expect(confidence).toBeLessThan(0.5);
    expect(warnings.map(({ code }) => code)).toEqual(["low-confidence"]);
    expect(warnings[0]?.message).toContain("middle");
  });

  test("a box on plain ground is returned with low confidence, never empty", () => {
    const plain = paint(width, height, ground);
    const { mask, confidence, warnings } = selectFromHint(plain, { type: "box", box: [60, 60, 200, 180] }, cv);
    expect(mask.data.some((value) => value > 127)).toBe(true);
    expect(confidence).toBeLessThan(0.5);
    expect(warnings.map(({ code }) => code)).toContain("low-confidence");
  });

  test.each<[string, Hint, string]>([
    ["box outside", { type: "box", box: [400, 10, 500, 90] }, "region-outside"],
    ["point outside", { type: "points", points: [{ point: [320, 10], positive: true }] }, "region-outside"],
    ["no positive point", { type: "points", points: [{ point: [10, 10], positive: false }] }, "region-empty"],
    ["empty mask", { type: "mask", mask: emptyMask({ width, height }) }, "region-empty"],
    ["mask of another size", { type: "mask", mask: emptyMask({ width: 8, height: 8 }) }, "mask-size-mismatch"],
  ])("refuses a %s", (_, hint, code) => {
    expect(() => selectFromHint(picture, hint, cv)).toThrow(expect.objectContaining({ name: EditError.name, code }));
  });
});

test("segmentSalient doubts that texture alone holds an object", () => {
  // Small: GrabCut's minimum cut is slow on pure noise.
  expect(segmentSalient(paint(96, 72, ground), cv).confidence).toBeLessThan(0.5);
  expect(segmentSalient(discOnGround(96, 72, 48, 36, 16), cv).confidence).toBeGreaterThan(0.5);
});

test("loading leaves no listener of OpenCV's on the process", () => {
  const foreign = process.listeners("unhandledRejection").map(String);
  expect(foreign.filter((listener) => listener.includes("ExitStatus") || /^function abort/.test(listener))).toEqual([]);
});
