import { describe, expect, it } from "vitest";
import { type Shape, sizeOf } from "../../../src/engine/graph/dim.ts";
import { vjp } from "../../../src/engine/graph/grad.ts";
import type { OpName } from "../../../src/engine/graph/ops.ts";
import { concat, constant, input, type Value } from "../../../src/engine/graph/value.ts";
import type { Tensor } from "../../../src/engine/onnx/session.ts";
import { evaluate, numbers } from "../../helpers/evaluate.ts";

/** One row per operation: the op on these inputs must equal `reference`, and its gradient central differences. */
interface Row {
  shapes: Shape[];
  build: (inputs: Value[]) => Value;
  reference: (...inputs: Tensor[]) => number[];
  /** Inputs whose gradient is not defined (weights). */
  fixed?: number[];
  /** Inputs are made positive. */
  positive?: boolean;
  /** The gradient is zero almost everywhere. */
  flat?: boolean;
}

const at = (t: Tensor, ...index: number[]) =>
  t.data[index.reduce((flat, i, axis) => flat * (t.shape[axis] ?? 1) + i, 0)] ?? Number.NaN;
const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const each = (f: (x: number) => number) => (x: Tensor) => Array.from(x.data, f);
const unary = (build: (x: Value) => Value, f: (x: number) => number, extra: Partial<Row> = {}): Row => ({
  shapes: [[3, 4]],
  build: ([x]) => build(x as Value),
  reference: each(f),
  ...extra,
});
/** Second operand [4] broadcasts over the first [3, 4]. */
const pairwise = (build: (a: Value, b: Value) => Value, f: (a: number, b: number) => number): Row => ({
  shapes: [[3, 4], [4]],
  build: ([a, b]) => build(a as Value, b as Value),
  reference: (a, b) => Array.from(a.data, (x, i) => f(x, b.data[i % 4] ?? 0)),
});
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

function erf(x: number): number {
  let sum = 0;
  const steps = 2000;
  for (let i = 0; i < steps; i++) sum += Math.exp(-((((i + 0.5) * x) / steps) ** 2)) * (x / steps);
  return (2 / Math.sqrt(Math.PI)) * sum;
}

function convolve(x: Tensor, w: Tensor, b: Tensor): number[] {
  return range(3).flatMap((o) =>
    range(4).flatMap((r) =>
      range(5).map((c) => {
        let sum = at(b, o);
        for (const i of range(2))
          for (const dr of range(3))
            for (const dc of range(3)) {
              const [rr, cc] = [r + dr - 1, c + dc - 1];
              if (rr >= 0 && cc >= 0 && rr < 4 && cc < 5) sum += at(x, 0, i, rr, cc) * at(w, o, i, dr, dc);
            }
        return sum;
      }),
    ),
  );
}

function normalise(row: number[], eps: number): number[] {
  const mean = row.reduce((a, b) => a + b, 0) / row.length;
  const variance = row.reduce((a, b) => a + (b - mean) ** 2, 0) / row.length;
  return row.map((x) => (x - mean) / Math.sqrt(variance + eps));
}

function shares(row: number[]): number[] {
  const total = row.reduce((sum, x) => sum + Math.exp(x), 0);
  return row.map((x) => Math.exp(x) / total);
}

/** Every second column of [3, 4], twice. */
const pairs = (x: Value) => x.matmul(constant([1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0], [4, 4]));
const rows = (t: Tensor) => range(t.shape[0] ?? 0).map((r) => range(t.shape[1] ?? 0).map((c) => at(t, r, c)));
const SAME = { stride: 1, pads: [1, 1, 1, 1] };

/** Typed by the operation names: an operation without a row does not compile. */
const TABLE: Record<OpName, Row> = {
  add: pairwise(
    (a, b) => a.add(b),
    (a, b) => a + b,
  ),
  sub: pairwise(
    (a, b) => a.sub(b),
    (a, b) => a - b,
  ),
  mul: pairwise(
    (a, b) => a.mul(b),
    (a, b) => a * b,
  ),
  div: pairwise(
    (a, b) => a.div(b),
    (a, b) => a / b,
  ),
  neg: unary(
    (x) => x.neg(),
    (x) => -x,
  ),
  abs: unary((x) => x.abs(), Math.abs),
  sign: unary((x) => x.sign(), Math.sign, { flat: true }),
  exp: unary((x) => x.exp(), Math.exp),
  sqrt: unary((x) => x.sqrt(), Math.sqrt, { positive: true }),
  reciprocal: unary(
    (x) => x.reciprocal(),
    (x) => 1 / x,
    { positive: true },
  ),
  tanh: unary((x) => x.tanh(), Math.tanh),
  sigmoid: unary((x) => x.sigmoid(), sigmoid),
  erf: unary((x) => x.erf(), erf),
  relu: unary(
    (x) => x.relu(),
    (x) => Math.max(x, 0),
  ),
  gelu: unary(
    (x) => x.gelu(),
    (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  ),
  matmul: {
    shapes: [
      [2, 3, 4],
      [2, 4, 5],
    ],
    build: ([a, b]) => (a as Value).matmul(b as Value),
    reference: (a, b) =>
      range(2).flatMap((n) =>
        range(3).flatMap((i) =>
          range(5).map((j) => range(4).reduce((sum, k) => sum + at(a, n, i, k) * at(b, n, k, j), 0)),
        ),
      ),
  },
  linear: {
    shapes: [[3, 4], [5, 4], [5]],
    build: ([x, w, b]) => (x as Value).linear(w as Value, b as Value),
    reference: (x, w, b) =>
      range(3).flatMap((i) =>
        range(5).map((o) => range(4).reduce((sum, k) => sum + at(x, i, k) * at(w, o, k), at(b, o))),
      ),
    fixed: [1, 2],
  },
  linearBack: {
    shapes: [
      [3, 5],
      [5, 4],
    ],
    build: ([x, w]) => (x as Value).linearBack(w as Value),
    reference: (x, w) =>
      range(3).flatMap((i) => range(4).map((k) => range(5).reduce((sum, o) => sum + at(x, i, o) * at(w, o, k), 0))),
    fixed: [1],
  },
  conv: {
    shapes: [[1, 2, 4, 5], [3, 2, 3, 3], [3]],
    build: ([x, w, b]) => (x as Value).conv(w as Value, b as Value, SAME),
    reference: convolve,
    fixed: [1, 2],
  },
  convTranspose: {
    shapes: [
      [1, 3, 2, 2],
      [3, 1, 3, 3],
    ],
    build: ([x, w]) => (x as Value).convTranspose(w as Value, { stride: 2, pads: [0, 0, 1, 1], like: [1, 1, 4, 5] }),
    reference: (x, w) => {
      const out = new Array<number>(20).fill(0);
      for (const c of range(3))
        for (const r of range(2))
          for (const s of range(2))
            for (const dr of range(3))
              for (const ds of range(3)) {
                const [rr, ss] = [2 * r + dr, 2 * s + ds];
                if (rr < 4 && ss < 5)
                  out[rr * 5 + ss] = (out[rr * 5 + ss] ?? 0) + at(x, 0, c, r, s) * at(w, c, 0, dr, ds);
              }
      return out;
    },
    fixed: [1],
  },
  sum: {
    shapes: [[3, 4]],
    build: ([x]) => (x as Value).sum([-1]),
    reference: (x) => rows(x).map((r) => r.reduce((a, b) => a + b, 0)),
  },
  absoluteSum: {
    shapes: [[3, 4]],
    build: ([x]) => (x as Value).absoluteSum([0, 1]),
    reference: (x) => [
      rows(x)
        .flat()
        .reduce((a, b) => a + Math.abs(b), 0),
    ],
  },
  mean: {
    shapes: [[3, 4]],
    build: ([x]) => (x as Value).mean([0]),
    reference: (x) => range(4).map((c) => rows(x).reduce((a, r) => a + (r[c] ?? 0), 0) / 3),
  },
  // With the identity as values, the shares themselves.
  attentionShares: {
    shapes: [[3, 4]],
    build: ([x]) => (x as Value).attend(constant([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], [4, 4])),
    reference: (x) => rows(x).flatMap(shares),
  },
  attentionMix: {
    shapes: [
      [2, 3, 4],
      [2, 4, 5],
    ],
    build: ([s, v]) => (s as Value).attend(v as Value),
    reference: (s, v) =>
      range(2).flatMap((h) =>
        range(3).flatMap((i) => {
          const p = shares(range(4).map((k) => at(s, h, i, k)));
          return range(5).map((j) => p.reduce((sum, share, k) => sum + share * at(v, h, k, j), 0));
        }),
      ),
  },
  layerNorm: {
    shapes: [[3, 6]],
    build: ([x]) => (x as Value).layerNorm(1e-6),
    reference: (x) => rows(x).flatMap((r) => normalise(r, 1e-6)),
  },
  rmsUnit: {
    shapes: [[3, 6]],
    build: ([x]) => (x as Value).rmsUnit(1e-2),
    reference: (x) =>
      rows(x).flatMap((r) => r.map((value) => value / Math.sqrt(r.reduce((sum, z) => sum + z * z, 0) / 6 + 1e-2))),
  },
  rotate: {
    shapes: [
      [3, 2, 4],
      [3, 4],
      [3, 4],
    ],
    build: ([x, c, s]) => (x as Value).rotate(pairs(c as Value), pairs(s as Value)),
    reference: (x, c, s) =>
      range(3).flatMap((t) =>
        range(2).flatMap((h) =>
          range(4).map((f) => {
            const even = f - (f % 2); // the angle of both
            const other = f % 2 === 0 ? -at(x, t, h, f + 1) : at(x, t, h, f - 1);
            return at(x, t, h, f) * at(c, t, even) + other * at(s, t, even);
          }),
        ),
      ),
    fixed: [1, 2],
  },
  reshape: {
    shapes: [[3, 4]],
    build: ([x]) => (x as Value).reshape([2, 6]),
    reference: (x) => [...x.data],
  },
  transpose: {
    shapes: [[3, 4]],
    build: ([x]) => (x as Value).transpose([1, 0]),
    reference: (x) => range(4).flatMap((c) => range(3).map((r) => at(x, r, c))),
  },
  slice: {
    shapes: [[3, 5]],
    build: ([x]) => (x as Value).slice(1, 1, 2),
    reference: (x) => rows(x).flatMap((r) => r.slice(1, 3)),
  },
  pad: {
    shapes: [[3, 2]],
    build: ([x]) => (x as Value).pad(1, 1, 2),
    reference: (x) => rows(x).flatMap((r) => [0, ...r, 0, 0]),
  },
  expand: {
    shapes: [[3, 1]],
    build: ([x]) => (x as Value).expand([3, 4]),
    reference: (x) => rows(x).flatMap((r) => Array<number>(4).fill(r[0] ?? 0)),
  },
  concat: {
    shapes: [
      [3, 2],
      [3, 1],
    ],
    build: (parts) => concat(parts, 1),
    reference: (a, b) => range(3).flatMap((r) => [at(a, r, 0), at(a, r, 1), at(b, r, 0)]),
  },
};

function feedsOf(row: Row): Tensor[] {
  return row.shapes.map((shape, i) => {
    const data = numbers(Number(sizeOf(shape)), 7 + i);
    return { shape: shape.map(Number), data: row.positive ? data.map((x) => Math.abs(x) + 0.2) : data };
  });
}

const named = (tensors: Tensor[]) => Object.fromEntries(tensors.map((tensor, i) => [`x${i}`, tensor]));

describe.each(Object.entries(TABLE))("%s", (_name, row) => {
  const inputs = row.shapes.map((shape, i) => input(`x${i}`, shape));
  const y = row.build(inputs);
  const feeds = feedsOf(row);

  it("computes what the plain reference computes", async () => {
    const { out } = await evaluate({ out: y }, named(feeds));
    const expected = row.reference(...feeds);
    expect(out?.shape).toEqual(y.shape);
    expect(out?.data.length).toBe(expected.length);
    for (const [i, value] of expected.entries()) expect(out?.data[i]).toBeCloseTo(value, 4);
  });

  it("has the gradient that central differences give", async () => {
    const cotangent = numbers(Number(sizeOf(y.shape)), 99);
    const dy = constant(cotangent, y.shape.map(Number));
    const free = range(inputs.length).filter((i) => !row.fixed?.includes(i));
    const gradients = vjp(
      [y],
      [dy],
      free.map((i) => inputs[i] as Value),
    );
    if (row.flat) {
      expect(gradients).toEqual([null]);
      return;
    }
    const outputs = Object.fromEntries(gradients.map((g, k) => [`g${k}`, g as Value]));
    const got = await evaluate(outputs, named(feeds));
    for (const [k, i] of free.entries()) {
      const expected = differences(row, feeds, i, cotangent);
      expect(got[`g${k}`]?.shape).toEqual(row.shapes[i]);
      for (const [j, value] of expected.entries()) expect(got[`g${k}`]?.data[j]).toBeCloseTo(value, 3);
    }
  });
});

/** d⟨cotangent, reference⟩/d input `i`, in float64. */
function differences(row: Row, feeds: Tensor[], i: number, cotangent: Float32Array): number[] {
  const objective = (j: number, step: number) => {
    const moved = feeds.map((feed, k) => {
      const data = Array.from(feed.data);
      if (k === i) data[j] = (data[j] ?? 0) + step;
      return { shape: feed.shape, data: data as unknown as Float32Array }; // references only index it
    });
    return row.reference(...moved).reduce((sum, y, n) => sum + y * (cotangent[n] ?? 0), 0);
  };
  return range(feeds[i]?.data.length ?? 0).map((j) => (objective(j, 1e-4) - objective(j, -1e-4)) / 2e-4);
}

it("gives a wide layer, whose bias is added apart, the numbers of its halves", async () => {
  const [x, w, b] = [input("x0", [3, 4]), input("x1", [1024, 4]), input("x2", [1024])];
  const wide = x.linear(w, b);
  const half = (from: number) => x.linear(w.slice(0, from, 512), b.slice(0, from, 512));
  const halves = concat([half(0), half(512)], 1);
  const dy = constant(numbers(3 * 1024, 5), [3, 1024]);
  const [gradient, expected] = [wide, halves].map((y) => vjp([y], [dy], [x])[0] as Value);
  const feeds = [[3, 4], [1024, 4], [1024]].map((shape, i) => ({ shape, data: numbers(Number(sizeOf(shape)), i) }));
  const got = await evaluate({ wide, halves, gradient, expected } as Record<string, Value>, named(feeds));
  expect(got.wide?.data).toEqual(got.halves?.data);
  expect(Math.max(...(got.wide?.data ?? []))).toBeGreaterThan(0.1);
  for (const [i, value] of (got.expected?.data ?? []).entries()) expect(got.gradient?.data[i]).toBeCloseTo(value, 3);
});
