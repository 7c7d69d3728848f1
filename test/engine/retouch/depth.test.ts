/** Several operations at once: what is filled, what covers what. */
import { describe, expect, test } from "vitest";
import { translation } from "../../../src/engine/geometry/affine.ts";
import { dilate, fullMask } from "../../../src/engine/geometry/mask.ts";
import type { Point, Rgb } from "../../../src/engine/raster.ts";
import { type PreviewOperation, previewEdit } from "../../../src/engine/retouch/preview.ts";
import { type Colour, ground, inDisc, maskWhere, paint } from "../../helpers/pictures.ts";

const [width, height] = [260, 160];
const RED: Colour = [200, 40, 40];
const BLUE: Colour = [40, 40, 200];
const [redDisc, blueDisc] = [inDisc(60, 80, 24), inDisc(170, 80, 24)];
const picture = paint(width, height, (x, y) => (redDisc(x, y) ? RED : blueDisc(x, y) ? BLUE : ground(x, y)));

const operation = (disc: typeof redDisc, by: Point, more: Partial<PreviewOperation> = {}): PreviewOperation => ({
  mask: dilate(maskWhere(width, height, disc), 3),
  keepSource: false,
  regime: "cut",
  at: (progress) => translation([by[0] * progress, by[1] * progress]),
  ...more,
});
const result = (...operations: PreviewOperation[]) => previewEdit(picture, operations, fullMask(picture));

function nameAt({ data }: Rgb, x: number, y: number): string {
  const at = (y * width + x) * 3;
  const far = ([r, g, b]: Colour) =>
    Math.abs((data[at] ?? 0) - r) + Math.abs((data[at + 1] ?? 0) - g) + Math.abs((data[at + 2] ?? 0) - b);
  if (far(RED) < 40) return "red";
  return far(BLUE) < 40 ? "blue" : "ground";
}

describe("two regions that leave", () => {
  test("the later operation covers the earlier one where they meet", () => {
    const [red, blue] = [operation(redDisc, [55, 0]), operation(blueDisc, [-55, 0])];
    expect(nameAt(result(red, blue).picture, 115, 80)).toBe("blue");
    expect(nameAt(result(blue, red).picture, 115, 80)).toBe("red");
  });

  test("both sources are filled, whatever the order", () => {
    const [red, blue] = [operation(redDisc, [0, 50]), operation(blueDisc, [0, 50])];
    for (const { picture: out } of [result(red, blue), result(blue, red)]) {
      expect([nameAt(out, 60, 70), nameAt(out, 170, 70)]).toEqual(["ground", "ground"]);
      expect([nameAt(out, 60, 130), nameAt(out, 170, 130)]).toEqual(["red", "blue"]);
    }
  });

  test("one may take the other's place, which is then not vacated", () => {
    const { picture: out, vacated } = result(operation(redDisc, [110, 0]), operation(blueDisc, [-110, 0]));
    expect([nameAt(out, 60, 80), nameAt(out, 170, 80)]).toEqual(["blue", "red"]);
    expect([vacated.data[80 * width + 60], vacated.data[80 * width + 170]]).toEqual([0, 0]);
  });

  test("a copy leaves its original, which the other may cover", () => {
    const copy = operation(redDisc, [0, -45], { keepSource: true });
    const { picture: out } = result(copy, operation(blueDisc, [-110, 20]));
    expect(nameAt(out, 60, 60)).toBe("red"); // what is left of the original
    expect(nameAt(out, 60, 25)).toBe("red");
    expect([nameAt(out, 60, 95), nameAt(out, 170, 80)]).toEqual(["blue", "ground"]);
  });
});

describe("a bend among cuts", () => {
  const bend = operation(redDisc, [20, 0], { regime: "bend" });

  test("covers what an earlier operation put in its way, and lies under a later one", () => {
    const over = operation(blueDisc, [-95, 0]);
    expect(nameAt(result(over, bend).picture, 78, 80)).toBe("red");
    expect(nameAt(result(bend, over).picture, 78, 80)).toBe("blue");
  });

  test("bends the filled ground, not the region that left it", () => {
    const gone = operation(blueDisc, [0, 55]);
    const { picture: out } = result(gone, operation(redDisc, [25, 0], { regime: "bend" }));
    expect([nameAt(out, 85, 80), nameAt(out, 170, 75), nameAt(out, 170, 135)]).toEqual(["red", "ground", "blue"]);
  });
});
