import { describe, expect, it } from "vitest";
import {
  cropResize,
  fromTensor,
  resizeFloat,
  resizeMask,
  resizePart,
  resizeRgb,
  toTensor,
} from "../../../src/engine/image/resample.ts";
import { maskOf, rgbOf } from "./make.ts";

const ramp = rgbOf(16, 8, (x, y) => [x * 10, y * 20, 90]);

describe("cropResize", () => {
  it("cuts whole pixels unchanged", async () => {
    const cut = await cropResize(ramp, [3, 2, 7, 5], 4, 3);
    expect(cut).toEqual(rgbOf(4, 3, (x, y) => [(x + 3) * 10, (y + 2) * 20, 90]));
  });
  it("repeats the edge outside the picture", async () => {
    const cut = await cropResize(ramp, [-2, -1, 18, 9], 20, 10);
    const near = (v: number, size: number) => Math.min(size - 1, Math.max(0, v));
    expect(cut).toEqual(rgbOf(20, 10, (x, y) => [near(x - 2, 16) * 10, near(y - 1, 8) * 20, 90]));
  });
  it("keeps a flat colour flat at another size", async () => {
    const flat = rgbOf(16, 8, () => [12, 200, 77]);
    expect(await cropResize(flat, [-3, 0, 9, 8], 31, 5)).toEqual(rgbOf(31, 5, () => [12, 200, 77]));
  });
  it.each([[[0, 0, 0.5, 4]], [[2, 2, 2, 4]]] as const)("refuses %j", async (box) => {
    await expect(cropResize(ramp, box, 4, 4)).rejects.toThrow(/whole pixels/);
  });
});

describe("resizeRgb and resizeMask", () => {
  it("halving a ramp lands between its pixels", async () => {
    const small = await resizeRgb(ramp, 8, 8);
    for (let x = 2; x < 6; x++) expect(Math.abs((small.data[x * 3] ?? 0) - (x * 20 + 5))).toBeLessThanOrEqual(1);
  });
  it("a mask keeps its area and its range", async () => {
    const mask = maskOf(64, 64, (x, y) => Math.hypot(x - 31.5, y - 31.5) < 20);
    const small = await resizeMask(mask, 16, 16);
    const share = (m: { data: Uint8Array }) => m.data.reduce((a, b) => a + b, 0) / m.data.length;
    expect(share(small)).toBeCloseTo(share(mask), -1);
    expect([small.data[0], small.data[8 * 16 + 8], small.data.length]).toEqual([0, 255, 256]);
  });
});

describe("tensors", () => {
  it("are planar, in [−1, 1], and come back byte for byte", () => {
    const tensor = toTensor(ramp);
    expect(tensor).toHaveLength(3 * 8 * 16);
    expect([tensor[1], tensor[128 + 16], tensor[256]].map((v) => Math.fround(v ?? 0))).toEqual(
      [10, 20, 90].map((v) => Math.fround(v / 127.5 - 1)),
    );
    const back = fromTensor(tensor, 8, 16);
    // trunc may land one below where u8 / 127.5 − 1 is rounded down in float32.
    back.data.forEach((v, i) => {
      expect((ramp.data[i] ?? 0) - v).toBeOneOf([0, 1]);
    });
  });
  it("clamps and truncates", () => {
    expect([...fromTensor(Float32Array.of(-3, 0.999, 7), 1, 1).data]).toEqual([0, 254, 255]);
  });
  it("refuses another length", () => {
    expect(() => fromTensor(new Float32Array(5), 1, 1)).toThrow("Expected a tensor of 1x3x1x1, got 5 numbers");
  });
});

it.each([
  [9, 7],
  [31, 22],
  [12, 10],
])("a part resized to %i by %i holds the same numbers as the whole there", (height, width) => {
  const data = Float32Array.from({ length: 12 * 10 }, (_, i) => Math.sin(i * i));
  const whole = resizeFloat(data, 1, 12, 10, height, width);
  const part = resizePart(data, [12, 10], [height, width], [2, 3, 6, 8]);
  expect(part).toHaveLength(4 * 5);
  for (const [i, value] of part.entries()) expect(value).toBe(whole[(3 + Math.floor(i / 4)) * width + 2 + (i % 4)]);
});

describe("resizeFloat", () => {
  const plane = (h: number, w: number, f: (x: number, y: number) => number) =>
    Float32Array.from({ length: h * w }, (_, i) => f((i % w) + 0.5, Math.trunc(i / w) + 0.5));
  it.each([
    [9, 7, 18, 21],
    [40, 30, 13, 11],
    [5, 5, 5, 12],
    [64, 3, 2, 1],
  ] as const)("%i×%i → %i×%i keeps constants and, away from the edge, straight ramps", (h, w, h2, w2) => {
    const constant = resizeFloat(
      plane(h, w, () => -1.25),
      1,
      h,
      w,
      h2,
      w2,
    );
    for (const v of constant) expect(v).toBeCloseTo(-1.25, 5);
    const sloped = resizeFloat(
      plane(h, w, (x, y) => 3 * x - y),
      1,
      h,
      w,
      h2,
      w2,
    );
    const tolerance = w > w2 ? 0.05 : 1e-3; // a stretched kernel, sampled, is only nearly exact on ramps
    const margin = (from: number, to: number) => Math.ceil(2.5 * Math.max(1, to / from)) + 1;
    for (let y = margin(h, h2); y < h2 - margin(h, h2); y++) {
      for (let x = margin(w, w2); x < w2 - margin(w, w2); x++) {
        expect(Math.abs((sloped[y * w2 + x] ?? 0) - ((3 * (x + 0.5) * w) / w2 - ((y + 0.5) * h) / h2))).toBeLessThan(
          tolerance,
        );
      }
    }
  });
  it("keeps planes apart", () => {
    const two = Float32Array.from([...new Array(12).fill(1), ...new Array(12).fill(5)]);
    const out = resizeFloat(two, 2, 3, 4, 6, 2);
    expect(out.slice(0, 12).every((v) => Math.abs(v - 1) < 1e-5)).toBe(true);
    expect(out.slice(12).every((v) => Math.abs(v - 5) < 1e-5)).toBe(true);
  });
  it("an impulse spreads to the neighbours of Keys' kernel", () => {
    // Doubling: outputs sit at ±1/4 and ±3/4 of a pixel from the source's centres.
    const out = resizeFloat(Float32Array.of(0, 0, 0, 1, 0, 0, 0), 1, 1, 7, 1, 14);
    const k = (t: number) => (t < 1 ? 1.5 * t ** 3 - 2.5 * t ** 2 + 1 : -0.5 * t ** 3 + 2.5 * t ** 2 - 4 * t + 2);
    [0.25, 0.75, 1.25, 1.75].forEach((t, i) => {
      expect(out[7 + i]).toBeCloseTo(k(t), 5);
      expect(out[6 - i]).toBeCloseTo(k(t), 5);
    });
  });
});
