/** One table of operations: a row names the ONNX operator, its shape rule and its gradient rule.
 * A rule's inputs are a tuple, so a gradient of the wrong arity does not compile; `null` = no gradient for that input.
 * Every `as` on an attribute is true because only the Value method of the same name makes the node, with that type. */
import { broadcast, type Dim, dimAdd, dimSub, type Shape, showShape } from "./dim.ts";
import {
  concatShape,
  convShape,
  countOf,
  inferOne,
  linearShape,
  matmulShape,
  outputPadding,
  reducedShape,
  rotatedShape,
  transposedShape,
} from "./shapes.ts";
import type { Value } from "./value.ts";

export interface Attributes {
  readonly [name: string]: number | Dim | readonly number[] | Shape;
}

type Gradients<I extends readonly Value[]> = { [K in keyof I]: Value | null };

/** What an ONNX node needs beyond its tensor inputs. */
export interface Lowered {
  readonly attributes?: Readonly<Record<string, number | string | readonly number[]>>;
  /** Integer vectors that follow the tensor inputs, in order; null leaves an optional input out. */
  readonly integers?: readonly (Shape | null)[];
}

interface Row<I extends readonly Value[]> {
  readonly onnx: string;
  /** The gradient is 0 almost everywhere: a `null` of this row is no gap. */
  readonly flat?: true;
  lower?(attributes: Attributes, inputs: I, outputs: readonly Value[]): Lowered;
  /** Shapes of the outputs. */
  shape(inputs: I, attributes: Attributes): readonly Shape[];
  /** dy = cotangent of the first output. Broadcast axes are summed back by the walker, never here. */
  grad(dy: Value, inputs: I, outputs: readonly Value[], attributes: Attributes): Gradients<I>;
}

type Unary = readonly [x: Value];
type Binary = readonly [a: Value, b: Value];
type Weighted = readonly [x: Value, weight: Value] | readonly [x: Value, weight: Value, bias: Value];

function row<I extends readonly Value[]>(definition: Row<I>): Row<I> {
  return definition;
}

function elementwise(onnx: string, grad: (dy: Value, x: Value, y: Value) => Value | null): Row<Unary> {
  return { onnx, shape: ([x]) => [x.shape], grad: (dy, [x], [y = x]) => [grad(dy, x, y)] };
}

function binary(onnx: string, grad: (dy: Value, a: Value, b: Value, y: Value) => [Value, Value]): Row<Binary> {
  return {
    onnx,
    shape: ([a, b]) => [broadcast(a.shape, b.shape)],
    grad: (dy, [a, b], [y = a]) => grad(dy, a, b, y),
  };
}

/** 2·√(2/π), so that GELU_tanh(u) = u·σ(K·(u + C·u³)). */
const GELU_K = 2 * Math.sqrt(2 / Math.PI);
const GELU_C = 0.044715;

export const OPS = {
  add: binary("Add", (dy) => [dy, dy]),
  sub: binary("Sub", (dy) => [dy, dy.neg()]),
  mul: binary("Mul", (dy, a, b) => [dy.mul(b), dy.mul(a)]),
  div: binary("Div", (dy, _a, b, y) => [dy.div(b), dy.mul(y).div(b).neg()]),
  neg: elementwise("Neg", (dy) => dy.neg()),
  abs: elementwise("Abs", (dy, x) => dy.mul(x.sign())),
  // Of a huge multiple of x, between −1 and 1: the operator Sign runs on one thread and costs five passes over memory.
  sign: row<readonly [multiple: Value, low: Value, high: Value]>({
    onnx: "Clip",
    flat: true,
    shape: ([x]) => [x.shape],
    grad: () => [null, null, null],
  }),
  exp: elementwise("Exp", (dy, _x, y) => dy.mul(y)),
  sqrt: elementwise("Sqrt", (dy, _x, y) => dy.mul(0.5).div(y)),
  reciprocal: elementwise("Reciprocal", (dy, _x, y) => dy.mul(y).mul(y).neg()),
  tanh: elementwise("Tanh", (dy, _x, y) => dy.sub(dy.mul(y).mul(y))),
  sigmoid: elementwise("Sigmoid", (dy, _x, y) => dy.mul(y.sub(y.mul(y)))),
  erf: elementwise("Erf", (dy, x) => dy.mul(x.mul(x).neg().exp()).mul(2 / Math.sqrt(Math.PI))),
  relu: elementwise("Relu", (dy, x) => dy.mul(x.relu().sign())),
  // y = u·s with s = σ(K(u + Cu³)):  dy/du = s + y(1 − s)·K(1 + 3Cu²); s is recomputed, the fused forward hides it.
  gelu: {
    ...elementwise("Gelu", (dy, u, y) => {
      const u2 = u.mul(u);
      const s = u2
        .mul(GELU_K * GELU_C)
        .add(GELU_K)
        .mul(u)
        .sigmoid();
      const slope = u2.mul(3 * GELU_K * GELU_C).add(GELU_K);
      return dy.mul(s.add(y.sub(y.mul(s)).mul(slope)));
    }),
    lower: () => ({ attributes: { approximate: "tanh" } }),
  },
  matmul: row<Binary>({
    onnx: "MatMul",
    shape: ([a, b]) => [matmulShape(a.shape, b.shape)],
    grad: (dy, [a, b]) => [dy.matmul(swapLast(b)), swapLast(a).matmul(dy)],
  }),
  linear: row<Weighted>({
    onnx: "Gemm",
    lower: () => ({ attributes: { transB: 1 } }),
    shape: ([x, weight]) => [linearShape(x.shape, weight.shape, 1)],
    grad: (dy, [, weight]) => [dy.linearBack(weight), null, null],
  }),
  linearBack: row<Binary>({
    onnx: "Gemm",
    shape: ([x, weight]) => [linearShape(x.shape, weight.shape, 0)],
    grad: (dy, [, weight]) => [dy.linear(weight), null],
  }),
  conv: row<Weighted>({
    onnx: "Conv",
    lower: ({ stride, pads }) => ({
      attributes: { strides: [stride as number, stride as number], pads: pads as readonly number[] },
    }),
    shape: ([x, weight], { stride, pads }) => [
      convShape(x.shape, weight.shape, stride as number, pads as readonly number[]),
    ],
    grad: (dy, [x, weight], _outputs, { stride, pads }) => [
      dy.convTranspose(weight, { stride: stride as number, pads: pads as readonly number[], like: x.shape }),
      null,
      null,
    ],
  }),
  convTranspose: row<Binary>({
    onnx: "ConvTranspose",
    lower: ({ stride, pads, like }, inputs) => ({
      attributes: {
        strides: [stride as number, stride as number],
        pads: pads as readonly number[],
        output_padding: outputPadding(
          inputs[0].shape,
          inputs[1].shape,
          stride as number,
          pads as readonly number[],
          like as Shape,
        ),
      },
    }),
    shape: ([x, weight], { stride, pads, like }) => [
      transposedShape(x.shape, weight.shape, stride as number, pads as readonly number[], like as Shape),
    ],
    grad: (dy, [, weight], _outputs, { stride, pads }) => [
      dy.conv(weight, undefined, { stride: stride as number, pads: pads as readonly number[] }),
      null,
    ],
  }),
  sum: row<Unary>({
    onnx: "ReduceSum",
    lower: reduction,
    shape: ([x], { axes }) => [reducedShape(x.shape, axes as readonly number[])],
    grad: (dy, [x]) => [dy.expand(x.shape)],
  }),
  // Σ|x|. The cotangent stays a single number, instead of being spread first, as that of `sum` is.
  absoluteSum: row<Unary>({
    onnx: "ReduceL1",
    lower: reduction,
    shape: ([x], { axes }) => [reducedShape(x.shape, axes as readonly number[])],
    grad: (dy, [x]) => [dy.mul(x.sign())],
  }),
  mean: row<Unary>({
    onnx: "ReduceMean",
    lower: reduction,
    shape: ([x], { axes }) => [reducedShape(x.shape, axes as readonly number[])],
    grad: (dy, [x], _outputs, { axes }) => [dy.div(countOf(x.shape, axes as readonly number[])).expand(x.shape)],
  }),
  // The two halves of `attend`. The mixture's row sums r = Σ dy⊙y are all that softmax's rule takes off the cotangent dy·vᵀ:
  // one more column, −r against ones, takes them off inside that product, so that p has one pass left to make.
  attentionShares: row<Unary>({
    onnx: "Softmax",
    lower: () => ({ attributes: { axis: -1 } }),
    shape: ([x]) => [x.shape],
    grad: (dy, _inputs, outputs) => [dy.mul(outputs[0] as Value)], // one output, as `shape` says
  }),
  attentionMix: row<Binary>({
    onnx: "MatMul",
    shape: ([p, v]) => [matmulShape(p.shape, v.shape)],
    grad: (dy, [p, v], [y = p]) => {
      const without = dy.append(dy.mul(y).sum([-1]).neg());
      return [without.matmul(swapLast(v.append(1))), swapLast(p).matmul(dy)];
    },
  }),
  // Inputs x and ones (ONNX requires a scale); outputs y, mean, 1/deviation. x̄ = r(ȳ − mean(ȳ) − y·mean(ȳ⊙y)).
  layerNorm: row<Binary>({
    onnx: "LayerNormalization",
    lower: ({ eps }) => ({ attributes: { axis: -1, epsilon: eps as number } }),
    shape: ([x]) => [x.shape, reducedShape(x.shape, [x.rank - 1]), reducedShape(x.shape, [x.rank - 1])],
    grad: (dy, _inputs, outputs) => {
      const [y, , r] = outputs as [Value, Value, Value]; // three outputs, as `shape` says
      const centred = dy.sub(dy.mean([-1])).sub(y.mul(dy.mul(y).mean([-1])));
      return [centred.mul(r), null];
    },
  }),
  // x·r with r = (mean(x²) + eps)^−½, made by `rmsUnit` alone: the rule is that of both factors, x̄ = r(ȳ − y·mean(ȳ⊙y)), and
  // nothing goes back through r.
  rmsUnit: row<Binary>({
    onnx: "Mul",
    flat: true,
    shape: ([x]) => [x.shape],
    grad: (dy, [x, r], [y = x]) => [dy.sub(y.mul(dy.mul(y).mean([-1]))).mul(r), null],
  }),
  // Neighbouring pairs of x [tokens, H, d] turned by the angles of cos and sin [tokens, d]; the emitter writes it in one of two ways.
  rotate: row<readonly [x: Value, cos: Value, sin: Value]>({
    onnx: "RotaryEmbedding",
    shape: ([x, cos, sin]) => [rotatedShape(x.shape, cos.shape, sin.shape)],
    grad: (dy, [, cos, sin]) => [dy.rotate(cos, sin.neg()), null, null],
  }),
  reshape: row<Unary>({
    onnx: "Reshape",
    lower: ({ shape }) => ({ integers: [inferOne(shape as Shape)] }),
    shape: (_inputs, { shape }) => [shape as Shape],
    grad: (dy, [x]) => [dy.reshape(x.shape)],
  }),
  transpose: row<Unary>({
    onnx: "Transpose",
    lower: ({ permutation }) => ({ attributes: { perm: permutation as readonly number[] } }),
    shape: ([x], { permutation }) => [(permutation as readonly number[]).map((axis) => x.dim(axis))],
    grad: (dy, _inputs, _outputs, { permutation }) => [dy.transpose(inverse(permutation as readonly number[]))],
  }),
  slice: row<Unary>({
    onnx: "Slice",
    lower: ({ axis, start, length }) => ({
      integers: [[start as Dim], [dimAdd(start as Dim, length as Dim)], [axis as number]],
    }),
    shape: ([x], { axis, length }) => [x.shape.map((size, i) => (i === axis ? (length as Dim) : size))],
    grad: (dy, [x], _outputs, { axis, start, length }) => {
      const after = dimSub(dimSub(x.dim(axis as number), start as Dim), length as Dim);
      return [dy.pad(axis as number, start as Dim, after)];
    },
  }),
  pad: row<Unary>({
    onnx: "Pad",
    lower: ({ axis, before, after }) => ({ integers: [[before as Dim, after as Dim], null, [axis as number]] }),
    shape: ([x], { axis, before, after }) => [
      x.shape.map((size, i) => (i === axis ? dimAdd(dimAdd(size, before as Dim), after as Dim) : size)),
    ],
    grad: (dy, [x], _outputs, { axis, before }) => [dy.slice(axis as number, before as Dim, x.dim(axis as number))],
  }),
  expand: row<Unary>({
    onnx: "Expand",
    lower: ({ shape }) => ({ integers: [shape as Shape] }),
    shape: ([x], { shape }) => [broadcast(x.shape, shape as Shape)],
    grad: (dy) => [dy],
  }),
  concat: row<readonly Value[]>({
    onnx: "Concat",
    lower: ({ axis }) => ({ attributes: { axis: axis as number } }),
    shape: (inputs, { axis }) => [
      concatShape(
        inputs.map((value) => value.shape),
        axis as number,
      ),
    ],
    grad: (dy, inputs, _outputs, { axis }) => {
      let start: Dim = 0;
      return inputs.map((part) => {
        const gradient = dy.slice(axis as number, start, part.dim(axis as number));
        start = dimAdd(start, part.dim(axis as number));
        return gradient;
      });
    },
  }),
} as const;

export type OpName = keyof typeof OPS;
export type OpRow = Row<readonly Value[]>;

/** The row of an operation, its tuple type widened: the walker, emitter and verifier treat all rows alike. */
export function opRow(op: OpName): OpRow {
  // True because every row reads only the inputs that its own Value method passed.
  return OPS[op] as unknown as OpRow;
}

export function inferShapes(op: OpName, inputs: readonly Value[], attributes: Attributes): readonly Shape[] {
  try {
    return opRow(op).shape(inputs, attributes);
  } catch (cause) {
    const shapes = inputs.map((value) => showShape(value.shape)).join(", ");
    throw new TypeError(`${op}(${shapes}): ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

function swapLast(x: Value): Value {
  const axes = x.shape.map((_, axis) => axis);
  return x.transpose([...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}

function reduction({ axes }: Attributes): Lowered {
  return { attributes: { keepdims: 1 }, integers: [axes as readonly number[]] };
}

function inverse(permutation: readonly number[]): number[] {
  return permutation.map((_, axis) => permutation.indexOf(axis));
}
