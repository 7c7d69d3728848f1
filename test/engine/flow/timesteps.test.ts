import { describe, expect, test } from "vitest";
import { timeGrid } from "../../../src/engine/flow/timesteps.ts";

describe("timeGrid", () => {
  // Values of flux.md §10, to their six digits.
  test.each([
    [1024, 1, 0.97829],
    [1024, 6, 0.856027],
    [1024, 7, 0.828419],
    [1024, 24, 0.072557],
    [4096, 6, 0.909099],
    [4096, 24, 0.116289],
  ])("%i tokens, step %i of 25 is %f", (tokens, step, value) => {
    expect(timeGrid(25, tokens, { shift: true })[step]).toBeCloseTo(value, 5);
  });

  test("without shift the times are uniform float32 values", () => {
    expect(timeGrid(3, 1024, { shift: false })).toEqual([1, Math.fround(2 / 3), Math.fround(1 / 3), 0]);
  });

  test("it falls strictly from 1 to 0", () => {
    const grid = timeGrid(50, 256, { shift: true });
    expect([grid[0], grid.at(-1), grid.length]).toEqual([1, 0, 51]);
    expect(grid.every((t, i) => i === 0 || t < (grid[i - 1] ?? 0))).toBe(true);
  });

  test("refuses a step count that is none", () => {
    expect(() => timeGrid(0, 256, { shift: true })).toThrow(/at least 1 step, got 0/);
  });
});
