import { describe, expect, it } from "vitest";
import type { Box, Point } from "../../../src/engine/raster.ts";
import { candidateRegions } from "../../../src/engine/segment/candidates.ts";
import { ground, inDisc, paint, stripes } from "../../helpers/pictures.ts";

const holds = ([x0, y0, x1, y1]: Box, [x, y]: Point): boolean => x >= x0 && x < x1 && y >= y0 && y < y1;

describe("guesses of what may be meant", () => {
  const discs: Point[] = [
    [80, 80],
    [280, 100],
    [180, 210],
  ];
  const picture = paint(360, 280, (x, y) =>
    discs.some(([cx, cy]) => inDisc(cx, cy, 34)(x, y)) ? stripes(x, y) : ground(x, y),
  );

  it("find each of several things of the same kind, in pixels of the picture", () => {
    const guesses = candidateRegions(picture);
    expect(guesses.length).toBeLessThanOrEqual(5);
    for (const disc of discs) {
      const alone = guesses.filter(
        ({ box }) => discs.filter((other) => holds(box, other)).length === 1 && holds(box, disc),
      );
      const best = Math.min(...alone.map(({ centroid: [x, y] }) => Math.hypot(x - disc[0], y - disc[1])));
      expect(best, `a guess at ${disc}`).toBeLessThan(15);
    }
  });

  it("are the same whatever the picture's size, but for its scale", () => {
    const twice = paint(720, 560, (x, y) => {
      const at = 3 * (Math.floor(y / 2) * 360 + Math.floor(x / 2));
      return [picture.data[at] ?? 0, picture.data[at + 1] ?? 0, picture.data[at + 2] ?? 0];
    });
    const [small] = candidateRegions(picture);
    const [large] = candidateRegions(twice);
    large?.box.forEach((edge, i) => {
      expect(Math.abs(edge - 2 * (small?.box[i] ?? 0))).toBeLessThanOrEqual(16);
    });
  });

  it("are none where nothing differs from anything", () => {
    expect(candidateRegions(paint(120, 90, () => [90, 120, 80]))).toEqual([]);
  });
});
