import { expect, test } from "vitest";
import type { SamplingMap } from "../../../src/engine/drag/paper-affine.ts";
import type { Planes } from "../../../src/engine/drag/resize.ts";
import { warpBox } from "../../../src/engine/drag/warp-box.ts";

const CHANNELS = 20; // more than share a reading, and no multiple of it
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

test("with a mask the wanted samples are those without one, the others are left as they lay", () => {
  const all = warpBox(planes, turn, box);
  const some = warpBox(planes, turn, box, { mask });
  expect(some).toEqual(all.map((value, i) => (mask[i % 30] === 1 ? value : 0)));
});

test("a room is used if the result fits, and what is not wanted keeps what lay there", () => {
  const room = new Float32Array(CHANNELS * 30 + 7).fill(5);
  const some = warpBox(planes, turn, box, { room, mask });
  expect(some.buffer).toBe(room.buffer);
  const all = warpBox(planes, turn, box);
  expect(some).toEqual(all.map((value, i) => (mask[i % 30] === 0 ? 5 : value)));
  expect(warpBox(planes, turn, box, { room: room.subarray(0, 10) }).buffer).not.toBe(room.buffer);
});
