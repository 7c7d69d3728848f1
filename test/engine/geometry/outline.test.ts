import { describe, expect, it } from "vitest";
import { areaPixels, boundingBox, subtract, union } from "../../../src/engine/geometry/mask.ts";
import { softenOutline } from "../../../src/engine/geometry/outline.ts";
import { boxMask } from "../../../src/engine/geometry/polygon.ts";

const SIZE = { width: 60, height: 50 };
const block = boxMask([10, 10, 50, 40], SIZE);

describe("softenOutline", () => {
  it("leaves straight edges in place and rounds the corners", () => {
    const soft = softenOutline(block, 6);
    expect(boundingBox(soft)).toEqual([10, 10, 50, 40]);
    expect(soft.data[10 * 60 + 10]).toBe(0);
    expect(soft.data[10 * 60 + 30]).toBe(255);
    expect(areaPixels(block) - areaPixels(soft)).toBeGreaterThan(8);
  });

  it("drops a hair and closes a crack", () => {
    const hair = boxMask([30, 0, 31, 10], SIZE);
    const crack = boxMask([20, 10, 21, 40], SIZE);
    const soft = softenOutline(union(subtract(block, crack), hair), 6);
    expect(soft.data[5 * 60 + 30]).toBe(0);
    expect(soft.data[25 * 60 + 20]).toBe(255);
  });

  it("takes nothing away at the picture's border", () => {
    const full = boxMask([0, 0, 60, 50], SIZE);
    expect(softenOutline(full, 9)).toEqual(full);
  });

  it("takes a mask as it is where there is nothing to soften", () => {
    expect(softenOutline(block, 0)).toBe(block);
    const empty = boxMask([0, 0, 0, 0], SIZE);
    expect(softenOutline(empty, 5)).toBe(empty);
  });
});
