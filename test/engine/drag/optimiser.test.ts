import { describe, expect, test } from "vitest";
import { createOptimiser, OPTIMISERS } from "../../../src/engine/drag/optimiser.ts";

const gradient = (...values: number[]) => Float32Array.from(values);

describe("from gradients to steps", () => {
  test.each(OPTIMISERS)("%s begins with the gradient itself", (name) => {
    const first = createOptimiser(name)(gradient(3, -4));
    expect(first[0]).toBeCloseTo(3, 5);
    expect(first[1]).toBeCloseTo(-4, 5);
  });

  test("plain keeps each gradient", () => {
    const optimise = createOptimiser("plain");
    optimise(gradient(9, 9));
    expect([...optimise(gradient(1, 2))]).toEqual([1, 2]);
  });

  test("normalised keeps the direction and the first length", () => {
    const optimise = createOptimiser("normalised");
    optimise(gradient(3, 4));
    const second = optimise(gradient(0, -0.1));
    expect(second[0]).toBeCloseTo(0, 6);
    expect(second[1]).toBeCloseTo(-5, 5);
  });

  test("a gradient of nothing stays nothing", () => {
    const optimise = createOptimiser("normalised");
    expect([...optimise(gradient(0, 0))]).toEqual([0, 0]);
    expect([...optimise(gradient(0, 2))]).toEqual([0, 0]);
  });

  test("momentum is the weighted mean of what came", () => {
    const optimise = createOptimiser("momentum");
    optimise(gradient(1));
    expect(optimise(gradient(0))[0]).toBeCloseTo(0.09 / 0.19, 5);
  });

  test("momentum does not swing with gradients that change sign", () => {
    const optimise = createOptimiser("momentum");
    const steps = Array.from({ length: 40 }, (_, k) => Math.abs(optimise(gradient(k % 2 ? -1 : 1))[0] ?? 1));
    expect(steps.at(-1)).toBeLessThan(0.1);
  });
});
