/** What the fill finds by shortcuts is what it would find without them. */
import { describe, expect, test } from "vitest";
import { randomFrom } from "../../../src/engine/retouch/grain.ts";
import { nearestAmong, PATCH, type Patch } from "../../../src/engine/retouch/nearest-patch.ts";
import { type Level, levelOf, RADIUS, trustByDistance } from "../../../src/engine/retouch/patch-level.ts";
import { peel, searchExhaustively } from "../../../src/engine/retouch/patch-search.ts";
import { type Colour, inDisc, maskWhere, noiseAt, paint } from "../../helpers/pictures.ts";

const [width, height] = [34, 27];
const hole = maskWhere(width, height, inDisc(15, 12, 5));
const pictures: readonly (readonly [string, (x: number, y: number) => Colour])[] = [
  ["noise", (x, y) => [255 * noiseAt(x, y), 255 * noiseAt(x, y, 2), 255 * noiseAt(x, y, 3)]],
  ["stripes, of which many are alike", (x) => (x % 4 < 2 ? [20, 20, 20] : [220, 210, 200])],
  ["one colour, where many places cost the same", () => [90, 120, 60]],
];

function patchCost({ arena, record }: Level, target: number, source: number, bound: number): number {
  return arena.kernels.patchCost(record, target, source, bound);
}

/** The first of the cheapest, by asking all in order. */
function cheapest(level: Level, target: number): number {
  const costs = [...level.sources].map((source) => patchCost(level, target, source, Number.POSITIVE_INFINITY));
  return level.sources[costs.indexOf(Math.min(...costs))] ?? -1;
}

describe.each(pictures)("%s", (_, colourAt) => {
  test("the search finds the first of the cheapest sources, whatever was found before", () => {
    const level = levelOf(paint(width, height, colourAt), hole);
    peel(level);
    trustByDistance(level);
    for (let round = 0; round < 2; round++) {
      searchExhaustively(level);
      for (const target of level.targets) expect(level.field[target]).toBe(cheapest(level, target));
      level.field.fill(level.sources.at(-1) ?? 0);
    }
  });
});

test("a bound never hides what is cheaper, and what it lets through is the cost", () => {
  const level = levelOf(paint(width, height, pictures[0]?.[1] ?? (() => [0, 0, 0])), hole);
  trustByDistance(level);
  const [target, random] = [level.targets[40] ?? 0, randomFrom(1)];
  for (const source of level.sources) {
    const cost = patchCost(level, target, source, Number.POSITIVE_INFINITY);
    const bound = 2 * cost * random();
    const bounded = patchCost(level, target, source, bound);
    if (cost < bound) expect(bounded).toBe(cost);
    else expect(bounded).toBe(Number.POSITIVE_INFINITY);
  }
});

test("targets touch the hole, sources lie off it and inside the picture, trust falls with the steps to what is known", () => {
  const level = levelOf(
    paint(width, height, () => [0, 0, 0]),
    hole,
  );
  trustByDistance(level);
  const missing = (x: number, y: number) => (hole.data[y * width + x] ?? 0) > 127;
  const steps = (x: number, y: number): number => {
    for (let far = 0; ; far++) {
      for (let dx = -far; dx <= far; dx++) {
        const dy = far - Math.abs(dx);
        if (!missing(x + dx, y + dy) || !missing(x + dx, y - dy)) return far;
      }
    }
  };
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    let touches = false;
    for (let v = Math.max(0, y - RADIUS); v <= Math.min(height - 1, y + RADIUS); v++) {
      for (let u = Math.max(0, x - RADIUS); u <= Math.min(width - 1, x + RADIUS); u++) touches ||= missing(u, v);
    }
    const inside = x >= RADIUS && y >= RADIUS && x < width - RADIUS && y < height - RADIUS;
    expect([level.targets.includes(i), level.isSource[i]]).toEqual([touches, inside && !touches ? 1 : 0]);
    expect(level.weight[i]).toBeCloseTo(Math.max(0.05, 1.3 ** -steps(x, y)), 6);
  }
});

test("the nearest patch is the one that comparing with all finds", () => {
  const random = randomFrom(4);
  const patches = Array.from({ length: 90 }, (): Patch => {
    const values = Float32Array.from({ length: PATCH * PATCH * 3 }, () => Math.floor(256 * random()));
    const [x, y] = [Math.floor(60 * random()), Math.floor(60 * random())];
    return { x, y, values, total: values.reduce((sum, value) => sum + value, 0) };
  });
  const nearest = nearestAmong(patches);
  for (const patch of patches) {
    const others = patches.filter(({ x, y }) => Math.abs(x - patch.x) >= PATCH || Math.abs(y - patch.y) >= PATCH);
    const squares = others.map(({ values }) =>
      values.reduce((sum, v, i) => sum + (v - (patch.values[i] ?? 0)) ** 2, 0),
    );
    expect(nearest(patch)).toBe(Math.sqrt(Math.min(...squares) / patch.values.length));
  }
});
