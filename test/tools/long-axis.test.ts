import { expect, it } from "vitest";
import { longAxis } from "../../src/tools/long-axis.ts";

/** A bar of 20 x 80 pixels about the centre, turned clockwise from upright. */
function bar(degrees: number, width = 160, height = 160, [across, along] = [20, 80]) {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [dx, dy] = [x + 0.5 - width / 2, y + 0.5 - height / 2];
      const isIn = Math.abs(c * dx + s * dy) <= across / 2 && Math.abs(c * dy - s * dx) <= along / 2;
      data[y * width + x] = isIn ? 255 : 0;
    }
  }
  return { width, height, data };
}

it.each([0, 1, 12.5, 30, 45, 60, 89, 90, -1, -30, -45, -75])("a bar turned by %d degrees", (degrees) => {
  const axis = longAxis(bar(degrees));
  expect(axis?.degrees).toBeCloseTo(degrees, -0.3); // within one degree
  expect(axis?.elongation).toBeCloseTo(4, -0.3);
});

it("is sampled on a large mask", () => {
  expect(longAxis(bar(20, 3000, 2500, [300, 1500]))?.degrees).toBeCloseTo(20, 0);
});

it("is none of a square, a line's worth of nothing, or one pixel", () => {
  expect(longAxis(bar(10, 160, 160, [60, 60]))).toBeUndefined();
  expect(longAxis(bar(0, 160, 160, [-1, -1]))).toBeUndefined();
});

it("is upright for a hair line", () => {
  expect(longAxis(bar(0, 160, 160, [1, 60]))?.degrees).toBe(0);
});
