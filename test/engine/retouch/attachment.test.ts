/** Parts are told from things by what their border crosses; when unsure, a region is a thing. */
import { describe, expect, test } from "vitest";
import { dilate, emptyMask, fullMask } from "../../../src/engine/geometry/mask.ts";
import { attachmentOf, isPart } from "../../../src/engine/retouch/attachment.ts";
import { type Colour, ground, inDisc, maskWhere, noiseAt, paint } from "../../helpers/pictures.ts";

const [width, height] = [240, 200];
/** A body with a neck and a head, all of one fur. */
const head = inDisc(80, 50, 26);
const neck = (x: number, y: number) => Math.abs(x - 80) < 16 && y > 50 && y < 130;
const body = (x: number, y: number) => ((x - 130) / 70) ** 2 + ((y - 145) / 38) ** 2 < 1;
const fur = (x: number, y: number): Colour => {
  const tone = 30 * noiseAt(x, y, 5);
  return [190 + tone, 150 + tone, 90 + tone];
};
const animal = paint(width, height, (x, y) => (head(x, y) || neck(x, y) || body(x, y) ? fur(x, y) : ground(x, y)));

describe("parts", () => {
  test("a head, selected down to the neck", () => {
    const region = maskWhere(width, height, (x, y) => (head(x, y) || neck(x, y)) && y < 92);
    const { joined, edged } = attachmentOf(animal, region);
    expect(joined).toBeGreaterThan(0.08);
    expect(joined).toBeLessThan(0.35); // the neck, not the sides
    expect(edged).toBeGreaterThan(0.6);
    expect(isPart(animal, region)).toBe(true);
  });

  test("the same with a mask that is a little loose", () => {
    const region = dilate(
      maskWhere(width, height, (x, y) => (head(x, y) || neck(x, y)) && y < 92),
      2,
    );
    expect(isPart(animal, region)).toBe(true);
  });
});

describe("whole things", () => {
  const whole = maskWhere(width, height, (x, y) => head(x, y) || neck(x, y) || body(x, y));

  test.each([
    ["its exact mask", whole],
    ["a mask grown by 6 pixels", dilate(whole, 6)],
    ["a loose box", maskWhere(width, height, (x, y) => x > 40 && x < 215 && y > 12 && y < 192)],
  ])("%s", (_, region) => {
    expect(isPart(animal, region)).toBe(false);
  });

  test("a thing like its ground in brightness, not in colour", () => {
    const picture = paint(width, height, (x, y) => (inDisc(120, 100, 40)(x, y) ? [125, 95, 130] : ground(x, y)));
    expect(isPart(picture, maskWhere(width, height, inDisc(120, 100, 42)))).toBe(false);
  });

  test("a patch of nothing but ground has no edge to be sure of", () => {
    const picture = paint(width, height, ground);
    expect(isPart(picture, maskWhere(width, height, inDisc(120, 100, 42)))).toBe(false);
  });

  test("nothing, and everything", () => {
    expect(attachmentOf(animal, emptyMask(animal))).toEqual({ joined: 0, edged: 0 });
    expect(isPart(animal, fullMask(animal))).toBe(false);
  });
});
