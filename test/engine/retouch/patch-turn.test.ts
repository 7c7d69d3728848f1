import { describe, expect, test } from "vitest";
import { randomFrom } from "../../../src/engine/retouch/grain.ts";
import { improveField, measureField } from "../../../src/engine/retouch/patch-improve.ts";
import { type Level, levelOf, PIXEL, trustByDistance } from "../../../src/engine/retouch/patch-level.ts";
import { refineField } from "../../../src/engine/retouch/patch-refine.ts";
import { searchExhaustively } from "../../../src/engine/retouch/patch-search.ts";
import { matchAt, moved } from "../../../src/engine/retouch/patch-turn.ts";
import { vote } from "../../../src/engine/retouch/patch-vote.ts";
import { TURNS } from "../../../src/engine/retouch/turns.ts";
import { type Colour, maskWhere, paint } from "../../helpers/pictures.ts";

const [width, height] = [76, 48];

/** Steps that get lighter to the right; in the right half the same, turned by a quarter. */
const steps =
  (scale: number) =>
  (x: number, y: number): Colour => {
    const along = (x / scale < 40 ? x / scale : y / scale) % 8;
    return [30 * along, 30 * along, 250 - 30 * along];
  };

/** Almost all of the turned half is hole. It still shows what is right there, so that a match's cost says how well it fits. */
function levelWith(scale: number): Level {
  const [w, h] = [width * scale, height * scale];
  const isHole = (x: number, y: number) => x >= 46 * scale && x < w - 5 * scale && y >= 5 * scale && y < h - 5 * scale;
  const level = levelOf(paint(w, h, steps(scale)), maskWhere(w, h, isHole));
  trustByDistance(level);
  return level;
}

function meanCost({ targets, cost }: Level): number {
  return targets.reduce((sum, target) => sum + (cost[target] ?? 0), 0) / targets.length;
}

function improved(): { level: Level; upright: number } {
  const level = levelWith(1);
  searchExhaustively(level);
  const upright = meanCost(level);
  const random = randomFrom(5);
  for (let pass = 0; pass < 4; pass++) improveField(level, pass % 2 === 0 ? 1 : -1, random);
  return { level, upright };
}

/** The four that a place between pixels is read from. */
function pixelsAround({ x, y }: { x: number; y: number }): number[] {
  const i = Math.floor(y) * width + Math.floor(x);
  return [i, i + 1, i + width, i + width + 1];
}

describe("turned copies", () => {
  test("continue what lies the other way round better than the best of all upright ones", () => {
    const { level, upright } = improved();
    expect(level.targets.filter((target) => level.turn[target] !== 0).length).toBeGreaterThan(level.targets.length / 4);
    expect(meanCost(level)).toBeLessThan(0.5 * upright);
    const before = level.cost.slice();
    measureField(level);
    expect(
      Math.max(...level.targets.map((target) => Math.abs((level.cost[target] ?? 0) - (before[target] ?? 0)))),
    ).toBeLessThan(1);
  });

  test("read nothing inside the hole", () => {
    const { level } = improved();
    const corners = [-3, 3].flatMap((dx) => [-3, 3].map((dy) => [dx, dy] as const));
    const read = [...level.targets].flatMap((target) => {
      const match = matchAt(level, target);
      return match ? corners.flatMap(([dx, dy]) => pixelsAround(moved(match, dx, dy))) : [];
    });
    expect(read.length).toBeGreaterThan(0);
    expect(read.filter((i) => level.hole[i] === 1)).toHaveLength(0);
  });

  test("keep the steps when they vote, and on the next finer level", () => {
    const { level } = improved();
    vote(level);
    const truth = paint(width, height, steps(1)).data;
    const errors = [...level.hole.keys()]
      .filter((i) => level.hole[i] === 1)
      .map((i) => Math.abs((level.pixels[i * PIXEL] ?? 0) - (truth[i * 3] ?? 0)));
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(35); // levels; a step spans 240
    const finer = levelWith(2);
    refineField(finer, level, randomFrom(1));
    expect(finer.targets.filter((target) => finer.turn[target] !== 0).length).toBeGreaterThan(finer.targets.length / 8);
  });

  test("are rotations and reflections, each once", () => {
    for (const { xx, xy, yx, yy } of TURNS) expect(Math.abs(xx * yy - xy * yx)).toBeCloseTo(1);
    expect(TURNS[0]).toEqual({ xx: 1, xy: -0, yx: 0, yy: 1 });
    expect(new Set(TURNS.map((turn) => JSON.stringify(Object.values(turn).map((v) => Math.round(v * 100))))).size).toBe(
      TURNS.length,
    );
  });
});
