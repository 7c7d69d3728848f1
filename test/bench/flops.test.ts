import { describe, expect, it } from "vitest";
import { flopsOf, sizesOf } from "../../bench/flops.ts";
import { countDev, FLUX_DEV } from "../../bench/flux-dev.ts";
import { vjp } from "../../src/engine/graph/grad.ts";
import { constant, input, type Value, weight } from "../../src/engine/graph/value.ts";

const NONE = new Map<string, number>();
const matrix = (name: string, shape: readonly number[]) => weight(name, { name, dtype: "F32", shape, parts: [] });

/** [what, graph, products counted by hand ×2]. */
const ROWS: [string, Value, number][] = [
  ["a matrix product", input("a", [3, 5]).matmul(input("b", [5, 7])), 2 * 3 * 5 * 7],
  ["a batch of them", input("a", [4, 3, 5]).matmul(input("b", [4, 5, 7])), 2 * 4 * 3 * 5 * 7],
  ["a linear layer, its bias free", input("x", [6, 5]).linear(matrix("w", [7, 5]), matrix("b", [7])), 2 * 6 * 5 * 7],
  ["the way back through one", input("y", [6, 7]).linearBack(matrix("w", [7, 5])), 2 * 6 * 5 * 7],
  [
    "a convolution",
    input("x", [1, 3, 8, 8]).conv(matrix("w", [4, 3, 3, 3]), undefined, { stride: 2, pads: [1, 1, 1, 1] }),
    2 * 4 * 4 * 4 * (3 * 3 * 3),
  ],
  ["a turn by a constant", input("x", [6, 2]).matmul(constant([0, 1, -1, 0], [2, 2])), 0],
  ["what is no product", input("x", [6, 5]).sigmoid().add(1).gelu(), 0],
  ["attention's mixture", input("s", [2, 3, 4]).attend(input("v", [2, 4, 5])), 2 * 2 * 3 * 4 * 5],
];

describe("the count of a graph", () => {
  it.each(ROWS)("of %s", (_, graph, expected) => {
    expect(flopsOf([graph], NONE)).toBe(expected);
  });

  it("takes each node once, whoever needs it", () => {
    const product = input("a", [3, 5]).matmul(input("b", [5, 7]));
    expect(flopsOf([product.add(product), product], NONE)).toBe(2 * 3 * 5 * 7);
  });

  it("goes back through a frozen layer at the cost of one product, through a product at that of two", () => {
    const x = input("x", [6, 5]);
    const layer = x.linear(matrix("w", [7, 5]));
    const back = vjp([layer], [input("d", layer.shape)], [x])[0] as Value;
    expect(flopsOf([back], NONE)).toBe(2 * 6 * 5 * 7);
    const b = input("b", [5, 7]);
    const product = x.matmul(b);
    const both = vjp([product], [input("d", product.shape)], [x, b]) as Value[];
    expect(flopsOf(both, NONE)).toBe(2 * (2 * 6 * 5 * 7));
  });

  it("reads sizes off what the inputs were fed with", () => {
    const graph = input("latents", ["h", "w", 5])
      .reshape(["h*w", 5])
      .linear(matrix("w", [7, 5]));
    const sizes = sizesOf([graph], new Map([["latents", [4, 6, 5]]]));
    expect(Object.fromEntries(sizes)).toEqual({ h: 4, w: 6 });
    expect(flopsOf([graph], sizes)).toBe(2 * (4 * 6) * 5 * 7);
  });

  it("divides where an input is a multiple of a size", () => {
    const picture = input("picture", [1, 3, "8*lh", "8*lw"]);
    const sizes = sizesOf([picture], new Map([["picture", [1, 3, 64, 32]]]));
    expect(Object.fromEntries(sizes)).toEqual({ lh: 8, lw: 4 });
  });
});

describe("FLUX.1-dev", () => {
  // docs/flux.md §1.9 states these three from parameters alone.
  it.each([
    [512, 17.7, 5.9],
    [1024, 69.5, 23.2],
  ])("at %i pixels costs what its parameters say", (size, velocity, doubles) => {
    const count = countDev(size);
    const [tokens, d] = [256 + (size / 16) ** 2, FLUX_DEV.heads * FLUX_DEV.headDim];
    const block = (tokens * (2 * 12 * d ** 2 + 4 * tokens * d)) / 1e12;
    expect(count.velocity).toBeCloseTo(velocity, 1);
    expect(count.velocity / (57 * block)).toBeCloseTo(1, 2);
    expect(count.again).toBeCloseTo(doubles, 1);
    expect(count.again / (19 * block)).toBeCloseTo(1, 2);
  });

  it("adds up", () => {
    const { velocity, again, back, published, ours } = countDev(512);
    expect(published.plain).toBeGreaterThan(velocity + back);
    expect(published.checkpointed - published.plain).toBeCloseTo(again, 6);
    expect(ours.third).toBeLessThan(ours.whole);
    expect(ours.whole).toBeLessThan(ours.blockwise);
    expect(ours.whole / published.checkpointed).toBeLessThan(0.4);
    expect(ours.blockwise / published.checkpointed).toBeLessThan(0.6);
  });
});
