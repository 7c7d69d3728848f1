import { expect, test } from "vitest";
import { FeatureMover } from "../../../src/engine/drag/feature-mover.ts";
import type { SamplingMap } from "../../../src/engine/drag/paper-affine.ts";
import type { Planes } from "../../../src/engine/drag/resize.ts";
import { warpBox } from "../../../src/engine/drag/warp-box.ts";

const CHANNELS = 22; // more than share a reading, and no multiple of four
const planes: Planes = {
  channels: CHANNELS,
  height: 9,
  width: 11,
  data: Float32Array.from({ length: CHANNELS * 99 }, (_, i) => Math.sin(i * 1.7)),
};
const box = { x: 3, y: 2, width: 6, height: 5 };
/** Leaves the plane at one side. */
const turn: SamplingMap = [0.9, -0.3, 2.4, 0.3, 0.9, -1.1];
const mask = Float32Array.from({ length: 30 }, (_, i) => (i % 3 === 0 || i > 22 ? 1 : 0));
const everywhere = new Float32Array(30).fill(1);

function moved<T>(features: T | undefined): T {
  if (features === undefined) throw new Error("Expected features that are kept");
  return features;
}

test("with a mask the wanted samples are those without one, the others are 0", () => {
  const all = warpBox(planes, turn, box);
  const some = warpBox(planes, turn, box, mask);
  expect(some).toEqual(all.map((value, i) => (mask[i % 30] === 1 ? value : 0)));
});

test("a mover gives the same numbers, move after move, near and far and of another size", () => {
  const mover = new FeatureMover(planes);
  const moves: [SamplingMap, typeof box][] = [
    [turn, box],
    [[1, 0, -0.25, 0, 1, 0.5], box],
    [[1, 0, 5.5, 0, 1, 4.25], box], // beyond the right and the lower border
    [turn, { x: 1, y: 1, width: 9, height: 8 }],
    [turn, { x: 4, y: 3, width: 2, height: 2 }],
  ];
  for (const [map, where] of moves) {
    const wanted = new Float32Array(where.width * where.height).fill(1);
    const found = moved(mover.move(map, where, wanted));
    const expected = warpBox(planes, map, where);
    expect(found).toHaveLength(expected.length);
    for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 6);
  }
});

test("a mover that goes by whole pixels copies", () => {
  const byPixels: SamplingMap = [1, 0, -1, 0, 1, 2];
  expect(new FeatureMover(planes).move(byPixels, box, everywhere)).toEqual(warpBox(planes, byPixels, box));
});

test("a mover's result is overwritten by its next move, but for what is not wanted", () => {
  const mover = new FeatureMover(planes);
  const all = moved(mover.move(turn, box, everywhere));
  const before = all.slice();
  const further: SamplingMap = [0.9, -0.3, 2.7, 0.3, 0.9, -1.3];
  const some = moved(mover.move(further, box, mask));
  expect(some.buffer).toBe(all.buffer);
  for (const [i, value] of warpBox(planes, further, box).entries()) {
    expect(some[i]).toBeCloseTo((mask[i % 30] === 1 ? value : before[i]) as number, 6);
  }
});

test("a mover takes a mask without ones", () => {
  expect(new FeatureMover(planes).move(turn, box, new Float32Array(30))).toEqual(new Float32Array(CHANNELS * 30));
});

test("a mover keeps no more than it may", () => {
  const part = 4 * CHANNELS * 30;
  expect(new FeatureMover(planes, part).move(turn, box, everywhere)).toBeUndefined();
  expect(new FeatureMover(planes, 20 * part).move(turn, box, everywhere)).toHaveLength(CHANNELS * 30);
});
