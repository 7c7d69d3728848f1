/** The kernels do what is written out in `test/helpers/patch-reference.ts`, but for the rounding of sums of 32 bits. */
import { describe, expect, test } from "vitest";
import { Arena } from "../../../src/engine/kernels/arena.ts";
import { kernelBytes } from "../../../src/engine/kernels/kernels.ts";
import type { Mask, Rgb } from "../../../src/engine/raster.ts";
import { type Random, randomFrom } from "../../../src/engine/retouch/grain.ts";
import { improveField, measureField } from "../../../src/engine/retouch/patch-improve.ts";
import { afresh, type Level, levelOf, trustByDistance } from "../../../src/engine/retouch/patch-level.ts";
import { roomAt } from "../../../src/engine/retouch/patch-turn.ts";
import { vote, voteAtFullSize } from "../../../src/engine/retouch/patch-vote.ts";
import { joinGradients } from "../../../src/engine/retouch/poisson.ts";
import { TURNS } from "../../../src/engine/retouch/turns.ts";
import * as plain from "../../helpers/patch-reference.ts";
import { maskWhere, paint } from "../../helpers/pictures.ts";

/** Waves and grain, strong or faint: some matches are poor, some are not. */
function pictureOf(width: number, height: number, random: Random): Rgb {
  const [a, b, c, strength] = [random(), random(), random(), random() < 0.5 ? 90 : 9];
  const wave = (x: number, y: number, k: number) => Math.sin(a * x + b * k * y + c) + 0.2 * random();
  const level = (x: number, y: number, k: number) => 128 + strength * wave(x, y, k);
  return paint(width, height, (x, y) => [level(x, y, 1), level(x, y, 2), level(y, x, 3)]);
}

/** A rectangle that may leave the picture on any side. */
function holeOf(width: number, height: number, random: Random): Mask {
  const [x, y] = [Math.floor(random() * width), Math.floor(random() * height)];
  const [w, h] = [4 + Math.floor(random() * 9), 4 + Math.floor(random() * 9)];
  return maskWhere(width, height, (u, v) => Math.abs(u - x) < w / 2 && Math.abs(v - y) < h / 2);
}

/** With matches drawn at random, a quarter of them turned. */
function drawn(seed: number): Level {
  const random = randomFrom(seed);
  const [width, height] = [30 + Math.floor(random() * 20), 28 + Math.floor(random() * 20)];
  const level = levelOf(pictureOf(width, height, random), holeOf(width, height, random));
  trustByDistance(level);
  for (const target of level.targets) {
    level.field[target] = level.sources[Math.floor(random() * level.sources.length)] ?? 0;
    const match = { turn: 0, x: Math.floor(random() * width), y: Math.floor(random() * height) };
    const source = roomAt(level, match);
    if (source < 0 || random() < 0.5) continue;
    level.field[target] = source;
    level.turn[target] = 1 + Math.floor(random() * (TURNS.length - 1));
    level.place.set([match.x + random() / 4, match.y - random() / 4], target * 2);
  }
  return level;
}

/** Another level in the same state. */
function same(level: Level): Level {
  const other = afresh(level);
  for (const name of ["total", "field", "turn", "place", "cost"] as const) other[name].set(level[name]);
  return other;
}

function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>, share: number): void {
  const off = Array.from(found, (value, i) => Math.abs(value - (wanted[i] ?? 0)) - share * Math.abs(wanted[i] ?? 0));
  expect([found.length, off.filter((d) => !(d <= share)).slice(0, 5)]).toEqual([wanted.length, []]);
}

describe.each([1, 2, 3, 4, 5, 6])("level %i", (seed) => {
  test("weights of a patch and costs of upright and turned matches", () => {
    const level = drawn(seed);
    const of = (f: (level: Level, target: number) => number) => Array.from(level.targets, (target) => f(level, target));
    expect(level.targets.some((target) => level.turn[target] !== 0)).toBe(true);
    expectClose(
      of((_, target) => level.total[target] ?? 0),
      of(plain.total),
      1e-6,
    );
    measureField(level);
    expectClose(
      of((_, target) => level.cost[target] ?? 0),
      of(plain.costNow),
      1e-5,
    );
    expect(level.arena.kernels.usualCost(level.record)).toBe(plain.usualCost(level));
  });

  test("passes find the same matches with the same random numbers", () => {
    const level = drawn(seed);
    measureField(level);
    const other = same(level);
    const [random, again] = [randomFrom(seed), randomFrom(seed)];
    for (const order of [1, -1, 1] as const) {
      improveField(level, order, random);
      plain.improveField(other, order, again);
    }
    expect(level.field).toEqual(other.field);
    expect(level.turn).toEqual(other.turn);
    expectClose(level.cost, other.cost, 1e-5);
    expect(random.state).toBe(again.state);
  });

  test("a vote", () => {
    const level = drawn(seed);
    measureField(level);
    const wanted = plain.voted(level);
    vote(level);
    expectClose(level.pixels, wanted, 1e-5);
  });

  test("the vote at full size, to a level", () => {
    const level = drawn(seed);
    measureField(level);
    const [width, height] = [Math.round(level.width * 1.7), Math.round(level.height * 2.3)];
    const rgb = pictureOf(width, height, randomFrom(seed));
    const { copied, covered } = voteAtFullSize(rgb, level, [2, 3, width - 1, height]);
    for (let i = 0; i < width * height; i++) {
      const [x, y] = [i % width, Math.floor(i / width)];
      const wanted = x >= 2 && y >= 3 && x < width - 1 ? plain.fullSize(rgb, level, x, y) : undefined;
      expect(covered.data[i]).toBe(wanted ? 255 : 0);
      const found = copied.data.subarray(i * 3, i * 3 + 3);
      if (wanted) expect(Math.max(...wanted.map((v, c) => Math.abs(v - (found[c] ?? Number.NaN))))).toBeLessThan(0.501);
      else expect(found).toEqual(rgb.data.subarray(i * 3, i * 3 + 3));
    }
  });

  test("joined gradients", () => {
    const level = drawn(seed);
    const wanted = plain.joined(level);
    joinGradients(level);
    expectClose(level.pixels, wanted, 1e-4);
  });
});

test("steps are spread over the cells sought, from those known, and nothing else", () => {
  const [width, height, random] = [19, 14, randomFrom(8)];
  const cells = width * height;
  const arena = new Arena(cells * 17 + 64, cells * 48);
  const [values, kinds] = [arena.floats(cells * 4), arena.bytes(cells)];
  for (let cell = 0; cell < cells; cell++) {
    kinds[cell] = Math.floor(random() * 3);
    if (kinds[cell] === 1) for (let c = 0; c < 3; c++) values[cell * 4 + c] = 60 * random() - 30;
  }
  const wanted = Array.from(values);
  for (let sweep = 0; sweep < 12; sweep++) {
    for (let cell = 0; cell < cells; cell++) {
      if (kinds[cell] !== 2) continue;
      const around = plain.beside(cell, width, cells).map((other) => (kinds[other] === 0 ? cell : other));
      for (let k = cell * 4; k < cell * 4 + 4; k++) {
        const sum = around.reduce((all, other) => all + (wanted[other * 4 + (k % 4)] ?? 0), 0);
        wanted[k] = (wanted[k] ?? 0) + 1.6 * (sum / 4.01 - (wanted[k] ?? 0));
      }
    }
  }
  arena.kernels.spread(values.byteOffset, kinds.byteOffset, width, height, arena.scratch, 0.01, 12, 1.6);
  expectClose(values, wanted, 1e-4);
});

describe("levels", () => {
  test("targets touch the hole; sources and roomy places have it out of their square, which lies in the picture", () => {
    const random = randomFrom(9);
    const [width, height] = [37, 31];
    const [picture, hole] = [pictureOf(width, height, random), holeOf(width, height, random)];
    const level = levelOf(picture, hole);
    const flags = (radius: number) =>
      Array.from(hole.data, (_, i) => {
        const square = plain.square(i, radius, width, height);
        return { whole: square.length === (2 * radius + 1) ** 2, touched: square.some((j) => hole.data[j] !== 0) };
      });
    const clear = (radius: number) => flags(radius).map(({ whole, touched }) => (whole && !touched ? 1 : 0));
    const touched = flags(3).map((flag) => flag.touched);
    expect([...level.targets]).toEqual([...touched.keys()].filter((i) => touched[i]));
    expect([...level.isSource]).toEqual(clear(3));
    expect([...level.isRoomy]).toEqual(clear(7));
    expect([...level.pixels].filter((_, k) => k % 4 !== 3)).toEqual([...picture.data]);
  });
});

test.each([
  [4000, 1],
  [1, 4000],
  [1, 1],
])("a level of %i × %i pixels has room, and room to begin afresh", (width, height) => {
  const level = afresh(levelOf(pictureOf(width, height, randomFrom(1)), holeOf(width, height, randomFrom(2))));
  trustByDistance(level);
  vote(level);
  expect(level.sources).toHaveLength(0);
});

test("an arena gives out no more than it has, and nothing twice", () => {
  const arena = new Arena(1000, 0);
  const [one, two] = [arena.floats(10).fill(1), arena.bytes(3).fill(2)];
  expect([one[9], two[0]]).toEqual([1, 2]);
  expect(() => arena.floats(200_000)).toThrow(TypeError);
});

test("where the file is missing, the message says what makes it", () => {
  const missing = () => kernelBytes(new URL("./kernels.wasm", import.meta.url));
  expect(missing).toThrow(expect.objectContaining({ code: "engine-failed" }));
  expect(missing).toThrow("npm run build");
});
