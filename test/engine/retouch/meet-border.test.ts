import { describe, expect, test } from "vitest";
import { emptyMask, fullMask } from "../../../src/engine/geometry/mask.ts";
import { boxMask } from "../../../src/engine/geometry/polygon.ts";
import type { Rgb } from "../../../src/engine/raster.ts";
import { meetBorder } from "../../../src/engine/retouch/meet-border.ts";
import { paint } from "../../helpers/pictures.ts";

const size = { width: 160, height: 120 };
const hole = boxMask([30, 20, 130, 100], size);
const even = (value: number): Rgb => paint(size.width, size.height, () => [value, value, value]);
const at = ({ data }: Rgb, x: number, y: number): number => data[(y * size.width + x) * 3] ?? Number.NaN;

describe("a fill meets its border", () => {
  const met = meetBorder(even(100), even(60), fullMask(size), hole);

  test("beside it the tone is the border's, in the middle the fill's own", () => {
    expect(at(met, 31, 60)).toBeGreaterThan(90);
    expect(Math.abs(at(met, 80, 60) - 60)).toBeLessThanOrEqual(1);
    const row = Array.from({ length: 50 }, (_, k) => at(met, 30 + k, 60));
    expect(row).toEqual([...row].sort((a, b) => b - a));
  });

  test("outside the hole nothing changes, and a fill that meets it stays", () => {
    expect(at(met, 29, 60)).toBe(60);
    const right = paint(size.width, size.height, (x, y) => [x, y, 90]);
    expect(meetBorder(right, right, fullMask(size), hole)).toEqual(right);
  });

  test("what alternates along the border reaches less far than a tone", () => {
    const stripes = paint(size.width, size.height, (_, y) => (y % 8 < 4 ? [140, 140, 140] : [60, 60, 60]));
    const striped = meetBorder(stripes, even(100), fullMask(size), hole);
    const contrast = (x: number): number => Math.abs(at(striped, x, 58) - at(striped, x, 62));
    expect(contrast(30)).toBeGreaterThan(40);
    expect(contrast(36)).toBeLessThan(10);
    expect(at(met, 36, 60) - 60).toBeGreaterThan(15);
  });

  test("where the fill does not reach over the border nothing is known of it", () => {
    expect(meetBorder(even(100), even(60), emptyMask(size), hole)).toEqual(even(60));
    const left = meetBorder(even(100), even(60), boxMask([0, 0, 80, 120], size), hole);
    expect(at(left, 31, 60)).toBeGreaterThan(90);
    expect(at(left, 128, 60)).toBe(60);
  });
});
