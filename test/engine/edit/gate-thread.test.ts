import { afterEach, expect, test } from "vitest";
import { GateThread } from "../../../src/engine/edit/gate-thread.ts";
import type { Mask, Rgb } from "../../../src/engine/raster.ts";
import { type GateRegion, gateMeter } from "../../../src/engine/retouch/gates.ts";

const [WIDTH, HEIGHT] = [96, 64];
const thread = new GateThread();
afterEach(() => thread.close());

const picture = (seed: number): Rgb => ({
  width: WIDTH,
  height: HEIGHT,
  data: Uint8Array.from({ length: 3 * WIDTH * HEIGHT }, (_, i) => (i * i * seed + 7 * i) % 251),
});
const box = (left: number): Mask => ({
  width: WIDTH,
  height: HEIGHT,
  data: Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    return x >= left && x < left + 16 && y >= 24 && y < 40 ? 255 : 0;
  }),
});
const region: GateRegion = {
  source: box(16),
  target: box(48),
  vacated: box(16),
  editable: { ...box(16), data: new Uint8Array(WIDTH * HEIGHT).fill(255) },
  affine: [1, 0, 32, 0, 1, 0],
};

test("gates are those that are measured here, of several pictures at once", async () => {
  const measure = thread.meter(picture(1), [region]);
  const pictures = [picture(1), picture(2), picture(3)];
  const gates = await Promise.all(pictures.map(measure));
  expect(gates).toEqual(pictures.map(gateMeter(picture(1), [region])));
  expect(new Set(gates.map(({ score }) => score)).size).toBe(3);
});

test("what cannot be measured is that picture's failure, and the next one is measured", async () => {
  const measure = thread.meter(picture(1), [region]);
  await expect(measure({ width: WIDTH, height: HEIGHT, data: undefined as unknown as Uint8Array })).rejects.toThrow();
  await expect(measure(picture(2))).resolves.toHaveProperty("score");
});

test("a closed thread fails what it has not measured; the next meter starts another", async () => {
  const measure = thread.meter(picture(1), [region]);
  const unmeasured = expect(measure(picture(2))).rejects.toThrow("has ended");
  await thread.close();
  await unmeasured;
  await expect(measure(picture(2))).rejects.toThrow("has ended");
  await expect(thread.meter(picture(1), [region])(picture(2))).resolves.toHaveProperty("score");
});

test("a thread that is started before its first picture is the one that measures it", async () => {
  thread.start();
  expect(thread.ready).toBe(false);
  await expect.poll(() => thread.ready).toBe(true);
  await expect(thread.meter(picture(1), [region])(picture(2))).resolves.toHaveProperty("score");
  await thread.close();
  await expect.poll(() => thread.ready).toBe(false);
});
