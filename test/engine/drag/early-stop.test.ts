import { describe, expect, test } from "vitest";
import { isFlat } from "../../../src/engine/drag/early-stop.ts";

const WAY = [9, 3, 7, 2, 8, 4];
const at = (...goal: number[]) => isFlat([...WAY, ...goal], WAY.length, 0.01);

describe("isFlat", () => {
  test("compares losses at the goal only, five iterations apart", () => {
    expect(at()).toBe(false);
    expect(at(5, 5, 5, 5, 5)).toBe(false); // the one before is of the way
    expect(at(5, 5, 5, 5, 5, 5)).toBe(true);
    expect(at(1, 5, 5, 5, 5, 5)).toBe(true); // it rose
  });

  test("goes on while the loss falls by the share or more", () => {
    expect(at(5, 5, 5, 5, 5, 4.96)).toBe(true);
    expect(at(5, 5, 5, 5, 5, 4.9)).toBe(false);
    expect(at(5, 4.9, 4.8, 4.7, 4.6, 4.5, 4.49, 4.49, 4.49, 4.49, 4.49)).toBe(true);
  });

  test("0 never stops, however flat or rising", () => {
    expect(isFlat([5, 5, 5, 5, 5, 5, 5, 5], 0, 0)).toBe(false);
    expect(isFlat([1, 2, 3, 4, 5, 6, 7, 8], 0, 0)).toBe(false);
  });
});
