import { describe, expect, test } from "vitest";
import type { Mask, Rgb } from "../../../src/engine/raster.ts";
import { randomFrom } from "../../../src/engine/retouch/grain.ts";
import { levelOf, PIXEL } from "../../../src/engine/retouch/patch-level.ts";
import { commonOffsets, dominantOffsets, sourceAt } from "../../../src/engine/retouch/patch-offsets.ts";
import { shiftInto } from "../../../src/engine/retouch/patch-shifts.ts";
import { fillByPatches } from "../../../src/engine/retouch/patchmatch.ts";
import { type Colour, inDisc, maskWhere, noiseAt, paint } from "../../helpers/pictures.ts";

const [width, height] = [120, 90];
const hole = maskWhere(width, height, inDisc(60, 45, 18));
const red: Colour = [255, 0, 0];

/** Windows every 20 × 16 pixels, each with a light sill. */
const facade = (x: number, y: number): Colour => {
  const [u, v] = [x % 20, y % 16];
  if (u >= 5 && u < 14 && v >= 3 && v < 11) return [30, 40, 60];
  if (u >= 4 && u < 15 && v >= 11 && v < 13) return [190, 205, 210];
  return [110, 150, 140];
};

/** A dark cable that falls to the right, over a light and grainy wall. */
const cable = (x: number, y: number): Colour => {
  const level = 170 + 30 * noiseAt(x, y);
  return Math.abs(y - 33 - 0.2 * x) < 2.5 ? [20, 20, 20] : [level - 10, level, level];
};

function filled(colourAt: (x: number, y: number) => Colour, gap: Mask = hole): Rgb {
  const damaged = paint(width, height, (x, y) => ((gap.data[y * width + x] ?? 0) > 127 ? red : colourAt(x, y)));
  return fillByPatches(damaged, gap, randomFrom(3)) ?? damaged;
}

/** Mean green of the hole's pixels for which `where` holds. */
function meanGreen(rgb: Rgb, where: (x: number, y: number) => boolean): number {
  const values = [...hole.data.keys()]
    .filter((i) => (hole.data[i] ?? 0) > 127 && where(i % width, Math.floor(i / width)))
    .map((i) => rgb.data[i * 3 + 1] ?? 0);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe("structure continues through the hole", () => {
  test("a tilted line", () => {
    const rgb = filled(cable);
    expect(meanGreen(rgb, (x, y) => Math.abs(y - 33 - 0.2 * x) < 1.5)).toBeLessThan(70);
    expect(meanGreen(rgb, (x, y) => Math.abs(y - 33 - 0.2 * x) > 6)).toBeGreaterThan(165);
  });

  test("a facade, in its period", () => {
    const rgb = filled(facade);
    const isWindow = (x: number, y: number) => facade(x, y)[1] === 40;
    expect(meanGreen(rgb, isWindow)).toBeLessThan(60);
    expect(meanGreen(rgb, (x, y) => facade(x, y)[1] === 150)).toBeGreaterThan(135);
  });

  test("nothing is copied from any hole, and the same seed gives the same", () => {
    const second = inDisc(96, 45, 9);
    const gap = maskWhere(width, height, (x, y) => inDisc(60, 45, 18)(x, y) || second(x, y));
    const rgb = filled(facade, gap);
    expect(filled(facade, gap).data).toEqual(rgb.data);
    const reds = gap.data.filter(
      (inside, i) => inside > 127 && (rgb.data[i * 3] ?? 0) > (rgb.data[i * 3 + 1] ?? 0) + 20,
    );
    expect(reds).toHaveLength(0);
  });
});

describe("offsets", () => {
  const level = () =>
    levelOf(
      paint(width, height, (x, y) => ((hole.data[y * width + x] ?? 0) > 127 ? red : facade(x, y))),
      hole,
    );

  test("the most frequent ones are the picture's periods", () => {
    const best = dominantOffsets(level(), 6);
    expect(best).toHaveLength(6);
    for (const { dx, dy } of best) expect([Math.abs(dx % 20), Math.abs(dy % 16)]).toEqual([0, 0]);
  });

  test("shifted copies are whole: all of the hole from sources, the joins unseen", () => {
    const one = level();
    shiftInto(one, dominantOffsets(one, 20));
    const inside = [...one.hole.keys()].filter((i) => one.hole[i] === 1);
    expect(inside.filter((i) => one.isSource[one.field[i] ?? 0] !== 1)).toHaveLength(0);
    const wrong = (i: number) =>
      facade(i % width, Math.floor(i / width)).some((value, c) => one.pixels[i * PIXEL + c] !== value);
    expect(inside.filter(wrong)).toHaveLength(0);
    expect(commonOffsets(one, 3).length).toBeGreaterThan(0);
  });

  test("offsets that do not reach the whole hole leave it as it is", () => {
    const one = level();
    const before = one.pixels.slice();
    const offset = { dx: 30, dy: 0 };
    expect(sourceAt(one, 45 * width + 45, offset)).toBe(-1);
    shiftInto(one, [offset]);
    expect(one.pixels).toEqual(before);
  });
});
