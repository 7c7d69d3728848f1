import { expect, test } from "vitest";
import { spareGraphs } from "../../../src/engine/edit/spare-graphs.ts";

async function freed(width: number, height: number, stored: number): Promise<number> {
  let count = 0;
  await spareGraphs({ width, height }, { release: async () => void count++ }, stored);
  return count;
}

const MIB = 2 ** 20;

test("a large picture frees the graphs of a model that is soon read anew", async () => {
  expect(await freed(8000, 6000, 36 * MIB)).toBe(1);
});

test("a phone's picture keeps them for the next edit", async () => {
  expect(await freed(4000, 3000, 36 * MIB)).toBe(0);
});

test("a model that takes long to read keeps them whatever the picture", async () => {
  expect(await freed(8000, 6000, 23_000 * MIB)).toBe(0);
});
