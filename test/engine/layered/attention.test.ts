import { describe, expect, test } from "vitest";
import { vjp } from "../../../src/engine/graph/grad.ts";
import { input } from "../../../src/engine/graph/value.ts";
import { attentionTiles, TiledAttention } from "../../../src/engine/layered/attention.ts";
import { attention } from "../../../src/engine/nn/layers.ts";
import { compile, type Tensor } from "../../../src/engine/onnx/session.ts";
import { SessionPool } from "../../../src/engine/onnx/session-pool.ts";
import { difference } from "../../helpers/difference.ts";
import { CPU, numbers } from "../../helpers/evaluate.ts";

describe("tiles", () => {
  test.each([
    [24, 1024, 1280, 192 * 2 ** 20],
    [24, 4096, 4352, 192 * 2 ** 20],
    [24, 16384, 16640, 192 * 2 ** 20],
    [3, 7, 11, 4 * 11 * 3],
    [3, 7, 11, 1],
  ])("%i heads, %i queries, %i keys: every row once, none beyond %i bytes", (heads, queries, keys, bytes) => {
    const tiles = attentionTiles(heads, queries, keys, bytes);
    const seen = new Set<number>();
    for (const { from, heads: count, first, queries: rows } of tiles) {
      expect(4 * count * rows * keys).toBeLessThanOrEqual(Math.max(bytes, 4 * keys));
      expect(count === 1 || rows === queries).toBe(true); // one piece of memory
      for (let h = from; h < from + count; h++) for (let r = first; r < first + rows; r++) seen.add(h * queries + r);
    }
    expect(seen.size).toBe(heads * queries);
    expect(tiles.reduce((sum, tile) => sum + tile.heads * tile.queries, 0)).toBe(heads * queries);
  });

  test("FLUX.1 at 512 pixels is one tile, at 1024 pixels two heads at a time, at 2048 pixels part of a head", () => {
    const budget = 192 * 2 ** 20;
    expect(attentionTiles(24, 1024, 1280, budget)).toHaveLength(1);
    expect(attentionTiles(24, 4096, 4352, budget)).toHaveLength(12);
    expect(attentionTiles(24, 16384, 16640, budget).every(({ heads, queries }) => heads === 1 && queries < 16384)).toBe(
      true,
    );
  });
});

test.each([
  ["two heads at a time", 4 * 2 * 5 * 7],
  ["one head", 4 * 5 * 7],
  ["two queries of one head", 4 * 2 * 7],
  ["one query", 1],
])("%s: the same result and gradient as all at once", async (_name, bytes) => {
  const [heads, queries, keys, d] = [5, 5, 7, 6];
  const tensor = (shape: number[], seed: number): Tensor => {
    return {
      shape,
      data: numbers(
        shape.reduce((a, b) => a * b, 1),
        seed,
      ),
    };
  };
  const [q, k] = [tensor([heads, queries, d], 1), tensor([heads, keys, d], 2)];
  const [v, cotangent] = [tensor([heads, keys, d], 3), tensor([heads, queries, d], 4)];
  const [a, b, c, e] = [input("q", q.shape), input("k", k.shape), input("v", v.shape), input("d", q.shape)];
  const o = attention(a, b, c, d ** -0.5);
  const [dq, dk, dv] = vjp([o], [e], [a, b, c]);
  if (!dq || !dk || !dv) throw new Error("Expected three gradients");
  const graph = await compile({ o, dq, dk, dv }, CPU);
  const whole = await graph.run({ q, k, v, d: cotangent });
  const pool = new SessionPool(0, CPU);
  const tiled = new TiledAttention(pool, bytes);
  expect(tiled.isNeeded(heads, queries, keys)).toBe(true);
  const zeros = () => ({ shape: k.shape, data: new Float32Array(k.data.length) });
  const [keysBack, valuesBack] = [zeros(), zeros()];
  const forward = await tiled.forward({ q, k, v });
  const queriesBack = await tiled.backward({ q, k, v }, cotangent, keysBack, valuesBack);
  await Promise.all([graph.release(), pool.release()]);
  expect(forward.shape).toEqual(q.shape);
  expect(difference(forward.data, whole.o.data)).toBeLessThan(1e-6);
  expect(difference(queriesBack.data, whole.dq.data)).toBeLessThan(1e-6);
  expect(difference(keysBack.data, whole.dk.data)).toBeLessThan(1e-6);
  expect(difference(valuesBack.data, whole.dv.data)).toBeLessThan(1e-6);
});
