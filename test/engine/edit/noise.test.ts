import { describe, expect, test } from "vitest";
import { gaussian, uniform } from "../../../src/engine/edit/noise.ts";

describe("noise", () => {
  test("the same seed gives the same numbers, however many are taken", () => {
    expect(gaussian(1000, 42)).toEqual(gaussian(1000, 42));
    expect(gaussian(7, 42)).toEqual(gaussian(1000, 42).subarray(0, 7));
  });

  test("these numbers, on every machine", () => {
    expect(Array.from(gaussian(4, 42), (value) => value.toFixed(6))).toMatchInlineSnapshot(`
      [
        "0.341098",
        "-0.466459",
        "0.045264",
        "0.185611",
      ]
    `);
  });

  test.each([0, 1, 42, 0xffffffff])("is standard normal for seed %d", (seed) => {
    const values = gaussian(20_000, seed);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
    const beyond = values.filter((value) => Math.abs(value) > 1.96).length / values.length;
    expect(Math.abs(beyond - 0.05)).toBeLessThan(0.01);
    expect(values.every(Number.isFinite)).toBe(true);
  });

  test("neighbouring seeds share nothing", () => {
    const [a, b] = [gaussian(5000, 42), gaussian(5000, 43)];
    const correlation = a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0) / a.length;
    expect(Math.abs(correlation)).toBeLessThan(0.05);
  });

  test("uniform numbers lie in [0, 1) and fill it evenly", () => {
    const random = uniform(7);
    const bins = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i++) {
      const value = random();
      expect(value >= 0 && value < 1).toBe(true);
      bins[Math.floor(value * 10)] = (bins[Math.floor(value * 10)] ?? 0) + 1;
    }
    for (const count of bins) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});
