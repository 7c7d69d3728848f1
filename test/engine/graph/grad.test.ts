import { describe, expect, test } from "vitest";
import { vjp } from "../../../src/engine/graph/grad.ts";
import { constant, input, type Value } from "../../../src/engine/graph/value.ts";
import type { Tensor } from "../../../src/engine/onnx/session.ts";
import { evaluate } from "../../helpers/evaluate.ts";

const tensor = (shape: number[], ...data: number[]): Tensor => ({ shape, data: Float32Array.from(data) });

/** Gradient of the sum of all elements of `y`, as numbers. */
async function gradient(
  y: Value,
  wrt: Value,
  feeds: Record<string, Tensor>,
): Promise<{ shape: readonly number[]; data: number[] }> {
  const ones = constant(
    new Float32Array(y.shape.reduce<number>((n, d) => n * Number(d), 1)).fill(1),
    y.shape.map(Number),
  );
  const [grad] = vjp([y], [ones], [wrt]);
  if (!grad) throw new Error("Expected a gradient, got null");
  const { grad: got } = await evaluate({ grad }, feeds);
  return { shape: got?.shape ?? [], data: Array.from(got?.data ?? []) };
}

describe("vjp", () => {
  test("a broadcast operand receives the sum over the axes along which it was repeated", async () => {
    const a = input("a", [2, 3]);
    const feeds = { a: tensor([2, 3], 1, 2, 3, 4, 5, 6) };
    const row = input("b", [3]);
    expect(await gradient(a.mul(row), row, { ...feeds, b: tensor([3], 1, 1, 1) })).toEqual({
      shape: [3],
      data: [5, 7, 9],
    });
    const column = input("b", [2, 1]);
    expect(await gradient(a.mul(column), column, { ...feeds, b: tensor([2, 1], 1, 1) })).toEqual({
      shape: [2, 1],
      data: [6, 15],
    });
    const scalar = input("b", []);
    expect(await gradient(a.mul(scalar), scalar, { ...feeds, b: tensor([], 1) })).toEqual({ shape: [], data: [21] });
  });

  test("both operands may be repeated", async () => {
    const [column, row] = [input("c", [2, 1]), input("r", [1, 3])];
    const feeds = { c: tensor([2, 1], 10, 20), r: tensor([1, 3], 1, 2, 3) };
    expect(await gradient(column.mul(row), column, feeds)).toEqual({ shape: [2, 1], data: [6, 6] });
    expect(await gradient(column.mul(row), row, feeds)).toEqual({ shape: [1, 3], data: [30, 30, 30] });
  });

  test("a batched matrix product sums the gradient of the matrix that all batches share", async () => {
    const [batch, shared] = [input("x", [2, 1, 2]), input("w", [2, 1])];
    const feeds = { x: tensor([2, 1, 2], 1, 2, 3, 4), w: tensor([2, 1], 1, 1) };
    expect(await gradient(batch.matmul(shared), shared, feeds)).toEqual({ shape: [2, 1], data: [4, 6] });
  });

  test("a value used several times receives the sum of its uses", async () => {
    const x = input("x", [2]);
    const square = x.mul(x);
    const y = square.mul(x).add(square).add(x); // x³ + x² + x
    expect(await gradient(y, x, { x: tensor([2], 2, -1) })).toEqual({ shape: [2], data: [17, 2] });
  });

  test("several outputs contribute, each by its cotangent, also when one is a part of another", async () => {
    const x = input("x", [1]);
    const square = x.mul(x);
    const cube = square.mul(x);
    const [grad] = vjp([square, cube], [constant([10], [1]), constant([1], [1])], [x]);
    const { grad: got } = await evaluate({ grad: grad as Value }, { x: tensor([1], 3) });
    expect(Array.from(got?.data ?? [])).toEqual([10 * 6 + 27]);
  });

  test("with respect to a value inside the graph", async () => {
    const x = input("x", [1]);
    const inner = x.mul(x);
    const [dInner, dX] = vjp([inner.mul(inner)], [constant([1], [1])], [inner, x]);
    const got = await evaluate({ dInner: dInner as Value, dX: dX as Value }, { x: tensor([1], 2) });
    expect([got.dInner?.data[0], got.dX?.data[0]]).toEqual([8, 32]);
  });

  test("null where nothing depends on the value; the cotangent itself where the value is the output", () => {
    const [x, other] = [input("x", [1]), input("other", [1])];
    const cotangent = constant([7], [1]);
    expect(vjp([x.exp()], [cotangent], [other])).toEqual([null]);
    expect(vjp([x], [cotangent], [x])[0]).toBe(cotangent);
  });

  test("a path through an operation without a gradient names the operation and the input", () => {
    const w = input("w", [3, 2]);
    expect(() => vjp([input("x", [1, 2]).linear(w)], [constant([1, 1, 1], [1, 3])], [w])).toThrow(
      /operation linear has no gradient for its input 1/,
    );
  });

  test("sign is flat: it contributes nothing and stops nothing", async () => {
    const x = input("x", [2]);
    expect(await gradient(x.sign().mul(x), x, { x: tensor([2], -3, 5) })).toEqual({ shape: [2], data: [-1, 1] });
  });

  test("a cotangent of another shape, or one too few, is refused", () => {
    const x = input("x", [2, 3]);
    expect(() => vjp([x.exp()], [constant([1], [])], [x])).toThrow(/cotangent of shape \[2, 3\].*got \[\]/);
    expect(() => vjp([x.exp()], [], [x])).toThrow(/Expected 1 cotangents, got 0/);
  });

  test("the mean over a named axis has no gradient, and says why", () => {
    const x = input("x", ["h"]);
    expect(() => vjp([x.mean([0])], [constant([1], [1])], [x])).toThrow(/fixed size to average over, got h/);
  });

  test("depth is no limit: 20 000 operations in a row", () => {
    const x = input("x", []);
    let y: Value = x;
    for (let i = 0; i < 20_000; i++) y = y.neg();
    expect(vjp([y], [constant([1], [])], [x])[0]?.shape).toEqual([]);
  });
});
