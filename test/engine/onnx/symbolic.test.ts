import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { vjp } from "../../../src/engine/graph/grad.ts";
import { concat, constant, input, type Value } from "../../../src/engine/graph/value.ts";
import { concreteShape, emit } from "../../../src/engine/onnx/emit.ts";
import { type CompiledGraph, compile, type Tensor } from "../../../src/engine/onnx/session.ts";
import { CPU, numbers } from "../../helpers/evaluate.ts";

/** Grids and text lengths of one session; 1 is a size that a named axis may well have. */
const SIZES = [
  { h: 2, w: 3, T: 4 },
  { h: 5, w: 1, T: 2 },
  { h: 1, w: 6, T: 1 },
];

const C = 3;
const x = input("x", ["h", "w", C]);
const text = input("text", ["T", C]);
const rows = input("rows", ["4*r", 2]);

/** Each output with what it must be, element by element. */
const OUTPUTS: Record<string, { value: Value; want: (at: At) => Tensor }> = {
  "reshape to several named sizes": {
    value: concat([text, x.reshape(["h*w", C])], 0)
      .slice(0, "T", "h*w")
      .reshape(["w", "h", C]),
    want: ({ h, w, x }) => tensor([w, h, C], (i) => x[i] ?? Number.NaN),
  },
  "slice from a named start": {
    value: concat([text, x.reshape(["h*w", C])], 0).slice(0, "T", "h*w"),
    want: ({ h, w, x }) => tensor([h * w, C], (i) => x[i] ?? Number.NaN),
  },
  "slice of a named length": {
    value: concat([x.reshape(["h*w", C]), text], 0).slice(0, "h*w", "T"),
    want: ({ T, text }) => tensor([T, C], (i) => text[i] ?? Number.NaN),
  },
  "slice of a length that only a sum of sizes shows": {
    value: input("both", ["h*w+U", C]).slice(0, "h*w", "U"),
    want: ({ T, text }) => tensor([T, C], (i) => text[i] ?? Number.NaN),
  },
  "pad by named sizes on both sides": {
    value: text.pad(0, "h", "h*w"),
    want: ({ h, w, T, text }) => tensor([h + T + h * w, C], (i) => text[i - h * C] ?? 0),
  },
  "pad on an axis counted from the end": {
    value: text.pad(-1, 0, "w"),
    want: ({ w, T, text }) =>
      tensor([T, C + w], (i) => (i % (C + w) < C ? (text[Math.floor(i / (C + w)) * C + (i % (C + w))] ?? 0) : 0)),
  },
  "expand over two named axes": {
    value: text.slice(0, 0, 1).reshape([1, 1, C]).expand(["h", "w", C]),
    want: ({ h, w, text }) => tensor([h, w, C], (i) => text[i % C] ?? Number.NaN),
  },
  "a size read from a multiple of it": {
    value: rows.slice(0, 0, "r"),
    want: ({ h, rows }) => tensor([h, 2], (i) => rows[i] ?? Number.NaN),
  },
  "concatenation on the last axis": {
    value: concat([x.reshape(["h*w", C]), x.reshape(["h*w", C]).neg()], -1),
    want: ({ h, w, x }) =>
      tensor([h * w, 2 * C], (i) => {
        const [row, column] = [Math.floor(i / (2 * C)), i % (2 * C)];
        return (column < C ? 1 : -1) * (x[row * C + (column % C)] ?? 0);
      }),
  },
  "gradient through concatenation, slice and reshape": {
    value: gradient(
      concat([text, x.reshape(["h*w", C])], 0)
        .slice(0, "T", "h*w")
        .mul(2),
    ),
    want: ({ h, w }) => tensor([h, w, C], () => 2),
  },
  "gradient through a sum over named axes": {
    value: gradient(x.mul(x).sum([0, 1])),
    want: ({ h, w, x }) => tensor([h, w, C], (i) => 2 * (x[i] ?? 0)),
  },
};

/** ∂Σy/∂x */
function gradient(y: Value): Value {
  const total = y.sum([...y.shape.keys()]).reshape([]);
  const [grad] = vjp([total], [constant([1], [])], [x]);
  if (!grad) throw new Error("Expected a gradient, got null");
  return grad;
}

interface At {
  h: number;
  w: number;
  T: number;
  x: Float32Array;
  text: Float32Array;
  rows: Float32Array;
}

function tensor(shape: number[], valueAt: (flat: number) => number): Tensor {
  const count = shape.reduce((n, size) => n * size, 1);
  return { shape, data: Float32Array.from({ length: count }, (_, i) => valueAt(i)) };
}

describe("one session for every size", () => {
  let graph: CompiledGraph;
  beforeAll(async () => {
    graph = await compile(Object.fromEntries(Object.entries(OUTPUTS).map(([name, { value }]) => [name, value])), CPU);
  });
  afterAll(() => graph.release());

  test.each(SIZES)("$h x $w tokens, $T of text", async ({ h, w, T }) => {
    const [xs, texts, rowData] = [numbers(h * w * C), numbers(T * C, 2), numbers(8 * h, 3)];
    const got = await graph.run({
      x: { shape: [h, w, C], data: xs },
      text: { shape: [T, C], data: texts },
      rows: { shape: [4 * h, 2], data: rowData },
      both: { shape: [h * w + T, C], data: Float32Array.from([...xs, ...texts]) },
    });
    const sizes = new Map(Object.entries({ h, w, T, r: h, U: T }));
    for (const [name, { value, want }] of Object.entries(OUTPUTS)) {
      const expected = want({ h, w, T, x: xs, text: texts, rows: rowData });
      expect(got[name]?.shape, name).toEqual(expected.shape);
      expect(concreteShape(value.shape, sizes), name).toEqual(expected.shape);
      expect(got[name]?.data, name).toEqual(expected.data);
    }
  });

  test("a missing feed is named", async () => {
    await expect(graph.run({})).rejects.toThrow(/Expected a tensor for the graph's input "(x|text|rows|both)"/);
  });
});

test("a size that no input shows is named when the graph is written", () => {
  const product = input("product", ["a*b", 2]);
  expect(() => emit({ y: product.reshape(["a", "b", 2]) })).toThrow(/No input has an axis of size "[ab]"/);
});

test("names as an emitter would choose them are free for inputs and outputs", async () => {
  const t0 = input("t0", ["v1"]);
  const graph = await compile({ c0: t0.add(1), v2: t0.reshape([1, "v1"]).neg() }, CPU);
  const got = await graph.run({ t0: { shape: [2], data: Float32Array.of(1, 2) } });
  await graph.release();
  expect([...(got.c0?.data ?? []), ...(got.v2?.data ?? [])]).toEqual([2, 3, -1, -2]);
});
