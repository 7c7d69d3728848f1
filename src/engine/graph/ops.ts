/** One table of operations: a row names the ONNX operator, its shape rule and its gradient rule.
 * A rule's inputs are a tuple, so a gradient of the wrong arity does not compile; `null` = no gradient for that input. */
import { broadcast, type Dim, dimAdd, dimSub, type Shape, sameShape, showShape } from "./dim.ts";
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
  sign: { ...elementwise("Sign", () => null), flat: true } satisfies Row<Unary>,
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
    shape: ([x, weight]) => [[x.dim(0), contract(x, 1, weight, 1, weight.dim(0))]],
    grad: (dy, [, weight]) => [dy.linearBack(weight), null, null],
  }),
  linearBack: row<Binary>({
    onnx: "Gemm",
    shape: ([x, weight]) => [[x.dim(0), contract(x, 1, weight, 0, weight.dim(1))]],
    grad: (dy, [, weight]) => [dy.linear(weight), null],
  }),
  conv: row<Weighted>({
    onnx: "Conv",
    lower: ({ stride, pads }) => ({
      attributes: { strides: [stride as number, stride as number], pads: pads as readonly number[] },
    }),
    shape: ([x, weight], { stride, pads }) => [convShape(x, weight, stride as number, pads as readonly number[])],
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
        output_padding: outputPadding(inputs, stride as number, pads as readonly number[], like as Shape),
      },
    }),
    shape: ([x, weight], { stride, pads, like }) => [
      transposedShape(x, weight, stride as number, pads as readonly number[], like as Shape),
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
  mean: row<Unary>({
    onnx: "ReduceMean",
    lower: reduction,
    shape: ([x], { axes }) => [reducedShape(x.shape, axes as readonly number[])],
    grad: (dy, [x], _outputs, { axes }) => [dy.div(countOf(x.shape, axes as readonly number[])).expand(x.shape)],
  }),
  softmax: row<Unary>({
    onnx: "Softmax",
    lower: () => ({ attributes: { axis: -1 } }),
    shape: ([x]) => [x.shape],
    grad: (dy, _inputs, [p]) => {
      const weighted = dy.mul(p as Value);
      return [weighted.sub((p as Value).mul(weighted.sum([-1])))];
    },
  }),
  // Inputs x and ones (ONNX requires a scale); outputs y, mean, 1/deviation. x̄ = r(ȳ − mean(ȳ) − y·mean(ȳ⊙y)).
  layerNorm: row<Binary>({
    onnx: "LayerNormalization",
    lower: ({ eps }) => ({ attributes: { axis: -1, epsilon: eps as number } }),
    shape: ([x]) => [x.shape, reducedShape(x.shape, [x.rank - 1]), reducedShape(x.shape, [x.rank - 1])],
    grad: (dy, _inputs, outputs) => {
      const [y, , r] = outputs as [Value, Value, Value];
      const centred = dy.sub(dy.mean([-1])).sub(y.mul(dy.mul(y).mean([-1])));
      return [centred.mul(r), null];
    },
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
    shape: (inputs, { axis }) => [concatShape(inputs, axis as number)],
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

function matmulShape(a: Shape, b: Shape): Shape {
  if (a.length < 2 || b.length < 2) throw new TypeError("Expected matrices, got a vector");
  const [m, k] = a.slice(-2);
  const [k2, n] = b.slice(-2);
  if (k !== k2) throw new TypeError(`Expected inner sizes that agree, got ${k} and ${k2}`);
  return [...broadcast(a.slice(0, -2), b.slice(0, -2)), m as Dim, n as Dim];
}

function contract(x: Value, xAxis: number, weight: Value, weightAxis: number, result: Dim): Dim {
  if (x.rank !== 2 || weight.rank !== 2) throw new TypeError("Expected two matrices");
  if (x.dim(xAxis) !== weight.dim(weightAxis)) {
    throw new TypeError(`Expected ${weight.dim(weightAxis)} input features, got ${x.dim(xAxis)}`);
  }
  return result;
}

function convShape(x: Value, weight: Value, stride: number, pads: readonly number[]): Shape {
  const [n, c, h, w] = x.shape as readonly [Dim, Dim, Dim, Dim];
  const [out, inner, kh, kw] = weight.shape as readonly [Dim, Dim, number, number];
  if (c !== inner) throw new TypeError(`Expected ${inner} channels, got ${c}`);
  const [top = 0, left = 0, bottom = 0, right = 0] = pads;
  return [n, out, convolved(h, kh, stride, top + bottom), convolved(w, kw, stride, left + right)];
}

/** Output length of a convolution; a named length must be kept as it is. */
function convolved(size: Dim, kernel: number, stride: number, padding: number): Dim {
  if (typeof size === "number") return Math.floor((size + padding - kernel) / stride) + 1;
  if (stride === 1 && padding === kernel - 1) return size;
  throw new TypeError(`Expected a size-preserving convolution for the named length ${size}`);
}

function reducedShape(shape: Shape, axes: readonly number[]): Shape {
  return shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
}

function reduction({ axes }: Attributes): Lowered {
  return { attributes: { keepdims: 1 }, integers: [axes as readonly number[]] };
}

/** ONNX infers one size by itself; with more named sizes the emitter computes the shape. */
function inferOne(shape: Shape): Shape {
  const named = shape.filter((size) => typeof size === "string").length;
  return named === 1 ? shape.map((size) => (typeof size === "string" ? -1 : size)) : shape;
}

/** Length of a transposed convolution before output padding. */
function transposed(size: number, kernel: number, stride: number, padding: number): number {
  return stride * (size - 1) + kernel - padding;
}

/** `like` is the input of the convolution whose gradient this is; a size given up by its stride is padded back. */
function transposedShape(x: Value, weight: Value, stride: number, pads: readonly number[], like: Shape): Shape {
  if (x.dim(1) !== weight.dim(0)) throw new TypeError(`Expected ${weight.dim(0)} channels, got ${x.dim(1)}`);
  const convolution = convShape({ shape: like } as Value, weight, stride, pads); // convShape reads only the shape
  if (!sameShape(convolution, x.shape)) {
    throw new TypeError(`Expected an input of shape ${showShape(convolution)}, got ${showShape(x.shape)}`);
  }
  return like;
}

function outputPadding([x, weight]: Binary, stride: number, pads: readonly number[], like: Shape): number[] {
  const [top = 0, left = 0, bottom = 0, right = 0] = pads;
  const padding = [top + bottom, left + right];
  return [2, 3].map((axis, i) => {
    const [size, kernel, wanted] = [x.dim(axis), weight.dim(axis), like[axis]];
    if (typeof size === "string" || typeof wanted === "string") return 0; // size-preserving, see convolved
    return (wanted ?? 0) - transposed(size, kernel as number, stride, padding[i] ?? 0);
  });
}

function countOf(shape: Shape, axes: readonly number[]): number {
  return axes.reduce((count, axis) => {
    const size = shape[axis];
    if (typeof size !== "number") throw new TypeError(`Expected a fixed size to average over, got ${size}`);
    return count * size;
  }, 1);
}

function inverse(permutation: readonly number[]): number[] {
  return permutation.map((_, axis) => permutation.indexOf(axis));
}

function concatShape(inputs: readonly Value[], axis: number): Shape {
  const [first] = inputs;
  if (first === undefined) throw new TypeError("Expected at least one value to concatenate");
  for (const value of inputs) {
    const agrees = sameShape(rest(value.shape, axis), rest(first.shape, axis));
    if (!agrees) throw new TypeError(`Expected shapes equal but for axis ${axis}`);
  }
  const total = inputs.map((value) => value.dim(axis)).reduce(dimAdd, 0);
  return first.shape.map((size, i) => (i === axis ? total : size));
}

function rest(shape: Shape, axis: number): Shape {
  return shape.filter((_, i) => i !== axis);
}
