import { describe, expect, test } from "vitest";
import type { Rgb } from "../../../src/engine/raster.ts";
import { leanToGuesses } from "../../../src/engine/retouch/patch-guesses.ts";
import { afresh, levelOf } from "../../../src/engine/retouch/patch-level.ts";
import { inDisc, maskWhere, paint } from "../../helpers/pictures.ts";

const hole = maskWhere(120, 90, inDisc(60, 45, 30));
const small = maskWhere(40, 30, inDisc(20, 15, 10));
const guess = (value: number) =>
  levelOf(
    paint(40, 30, () => [value, value, value]),
    small,
  );
/** Stripes two pixels wide, of mean 100. */
const fine = paint(120, 90, (x) => (x % 4 < 2 ? [130, 130, 130] : [70, 70, 70]));
const at = ({ data }: Rgb, x: number, y: number): number => data[(y * 120 + x) * 3] ?? Number.NaN;

describe("a fill leans to the mean of two guesses", () => {
  test("where they mean what it is, it stays", () => {
    const leant = leanToGuesses(fine, [guess(60), guess(140)], hole);
    for (let x = 45; x < 75; x++) expect(Math.abs(at(leant, x, 45) - at(fine, x, 45))).toBeLessThanOrEqual(8);
  });

  test("its tone moves towards them, not all the way, and its detail stays", () => {
    const leant = leanToGuesses(fine, [guess(120), guess(180)], hole);
    const row = Array.from({ length: 24 }, (_, k) => at(leant, 48 + k, 45));
    const tone = row.reduce((sum, value) => sum + value, 0) / row.length;
    expect(tone).toBeGreaterThan(120);
    expect(tone).toBeLessThan(145); // theirs is 150
    expect(Math.max(...row) - Math.min(...row)).toBeGreaterThan(50);
  });

  test("nothing changes outside", () => {
    const leant = leanToGuesses(fine, [guess(0), guess(0)], hole);
    expect(at(leant, 10, 10)).toBe(at(fine, 10, 10));
  });
});

test("a level begun afresh shares nothing that a search rewrites", () => {
  const level = guess(90);
  level.field.fill(3);
  const again = afresh(level);
  expect(again.field.every((source) => source === -1)).toBe(true);
  again.pixels.fill(1);
  again.weight.fill(1);
  expect(level.pixels[0]).toBe(90);
  expect(level.weight[15 * 40 + 20]).toBe(0);
  expect(again.sources).toBe(level.sources);
});
