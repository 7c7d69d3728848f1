import { describe, expect, test } from "vitest";
import {
  centroid,
  cutPoint,
  cutShape,
  editableLatent,
  fullSize,
  regionWeights,
  roundHalfEven,
} from "../../../src/engine/drag/paper-regions.ts";
import type { Planes } from "../../../src/engine/drag/resize.ts";

const plane = (height: number, width: number, inside: (x: number, y: number) => boolean): Planes => ({
  channels: 1,
  height,
  width,
  data: Float32Array.from({ length: height * width }, (_, i) => (inside(i % width, Math.floor(i / width)) ? 1 : 0)),
});

describe("sizes and points", () => {
  test.each<[[number, number], [number, number]]>([
    [
      [512, 512],
      [256, 256],
    ],
    [
      [768, 512],
      [170, 256],
    ],
    [
      [1024, 1024],
      [256, 256],
    ],
    [
      [1000, 1000],
      [333, 333],
    ],
    [
      [600, 600],
      [300, 300],
    ],
  ])("a picture of %j is compared at %j", (full, cut) => {
    expect(cutShape(full)).toEqual(cut);
  });

  test("the full size is floored to multiples of 16", () => {
    expect(fullSize([97, 115])).toEqual([96, 112]);
  });

  test.each([
    [0.5, 0],
    [1.5, 2],
    [2.5, 2],
    [0.49, 0],
    [-1.5, -2],
    [2.51, 3],
    [7, 7],
  ])("%f rounds to %f", (value, rounded) => {
    expect(roundHalfEven(value)).toBe(rounded);
  });

  test("points scale by columns over width and rows over height", () => {
    expect(cutPoint([50, 30], [100, 200], [20, 40])).toEqual([20, 3]);
  });
});

describe("centroid", () => {
  test("is the rounded mean of what is above 0.5", () => {
    expect(centroid(plane(8, 9, (x, y) => x >= 3 && x <= 5 && y >= 2 && y <= 5))).toEqual([4, 4]); // 3.5 → 4
  });

  test("of nothing is the origin", () => {
    expect(centroid({ width: 2, data: Float32Array.of(0.5, 0.5) })).toEqual([0, 0]);
  });
});

describe("weights", () => {
  test("follow the table of flux.md §10 for shares 0, 0.1, 0.5 and 1", () => {
    const share = (n: number) => plane(10, 10, (x, y) => y * 10 + x < n);
    const { raw, weights } = regionWeights([share(0), share(10), share(50), share(100)]);
    [5, 3.5, 1.83333, 1.45455].forEach((value, i) => {
      expect(raw[i]).toBeCloseTo(value, 5);
    });
    expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  });

  test("one region weighs 1, whatever its size", () => {
    expect(regionWeights([plane(4, 4, () => false)])).toEqual({ raw: [1], weights: [1] });
  });
});

test("a latent position may change where more than half of its interpolated mask is editable", () => {
  const half = editableLatent(
    plane(16, 16, (x) => x < 8),
    [2, 2],
  );
  expect([...half.data]).toEqual([1, 0, 1, 0]);
  expect([
    ...editableLatent(
      plane(2, 2, (x) => x === 0),
      [1, 1],
    ).data,
  ]).toEqual([0]); // exactly 0.5
});
