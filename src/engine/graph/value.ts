/** Symbolic tensors. A Value is one output of a node, an input, a weight or a constant; its methods build the graph.
 * Forward pass and gradient rules are written with the same methods, so a gradient is just more graph. */
import type { WeightRef } from "../weights/source.ts";
import { type Dim, dim, type Shape, sizeOf } from "./dim.ts";
import { type Attributes, inferShapes, type OpName } from "./ops.ts";

export type Origin =
  | { readonly type: "node"; readonly node: Node; readonly index: number }
  | { readonly type: "input"; readonly name: string }
  | { readonly type: "weight"; readonly name: string; readonly ref: WeightRef }
  | { readonly type: "constant"; readonly data: Float32Array };

export interface Node {
  readonly op: OpName;
  readonly inputs: readonly Value[];
  readonly attributes: Attributes;
  readonly outputs: readonly Value[];
}

/** Outputs of a layer from which on its bias is added apart. */
const WIDE = 1024;

export class Value {
  readonly shape: Shape;
  readonly origin: Origin;

  constructor(shape: Shape, origin: Origin) {
    this.shape = shape;
    this.origin = origin;
  }

  get rank(): number {
    return this.shape.length;
  }

  /** Size of one axis; negative axes count from the end. */
  dim(axis: number): Dim {
    const size = this.shape.at(axis);
    if (size === undefined) throw new TypeError(`Expected an axis of a rank-${this.rank} value, got ${axis}`);
    return size;
  }

  // Elementwise, broadcasting
  add(other: Value | number): Value {
    return apply("add", [this, operand(other)]);
  }
  sub(other: Value | number): Value {
    return apply("sub", [this, operand(other)]);
  }
  mul(other: Value | number): Value {
    return apply("mul", [this, operand(other)]);
  }
  div(other: Value | number): Value {
    return apply("div", [this, operand(other)]);
  }
  neg(): Value {
    return apply("neg", [this]);
  }
  abs(): Value {
    return apply("abs", [this]);
  }
  /** −1, 0 or 1; below 3e-39 in size, in between. */
  sign(): Value {
    return apply("sign", [this.mul(3e38), constant([-1], []), constant([1], [])]);
  }
  exp(): Value {
    return apply("exp", [this]);
  }
  sqrt(): Value {
    return apply("sqrt", [this]);
  }
  reciprocal(): Value {
    return apply("reciprocal", [this]);
  }
  tanh(): Value {
    return apply("tanh", [this]);
  }
  sigmoid(): Value {
    return apply("sigmoid", [this]);
  }
  erf(): Value {
    return apply("erf", [this]);
  }
  relu(): Value {
    return apply("relu", [this]);
  }
  /** GELU, tanh form. */
  gelu(): Value {
    return apply("gelu", [this]);
  }

  // Linear algebra
  /** Batched matrix product over the last two axes. */
  matmul(other: Value): Value {
    return apply("matmul", [this, other]);
  }
  /** y = x·Wᵀ (+ b) for x [M, K] and W stored (out, in) = [N, K]. A wide bias is added in a pass of its own: Gemm lays it out for
   * all rows first, on one thread, which takes longer. */
  linear(weight: Value, bias?: Value): Value {
    if (bias === undefined) return apply("linear", [this, weight]);
    if (Number(weight.dim(0)) >= WIDE) return apply("linear", [this, weight]).add(bias);
    return apply("linear", [this, weight, bias]);
  }
  /** y = x·W for x [M, N] and the same (out, in) initializer W [N, K]: the gradient of `linear`. */
  linearBack(weight: Value): Value {
    return apply("linearBack", [this, weight]);
  }
  /** 2-D convolution, weight (out, in, kh, kw); pads are [top, left, bottom, right]. */
  conv(weight: Value, bias: Value | undefined, attributes: { stride: number; pads: readonly number[] }): Value {
    return apply("conv", bias === undefined ? [this, weight] : [this, weight, bias], attributes);
  }
  convTranspose(weight: Value, attributes: Attributes): Value {
    return apply("convTranspose", [this, weight], attributes);
  }

  // Reductions and normalisation
  sum(axes: readonly number[]): Value {
    return apply("sum", [this], { axes: this.#positive(axes) });
  }
  /** Σ|x|. */
  absoluteSum(axes: readonly number[]): Value {
    return apply("absoluteSum", [this], { axes: this.#positive(axes) });
  }
  mean(axes: readonly number[]): Value {
    return apply("mean", [this], { axes: this.#positive(axes) });
  }
  /** softmax(this)·v over the last axis, for scores [.., Q, S] and v [.., S, d]. */
  attend(v: Value): Value {
    return apply("attentionMix", [apply("attentionShares", [this]), v]);
  }
  /** (x − mean)·(variance + eps)^−½ over the last axis, no affine part. */
  layerNorm(eps: number): Value {
    const width = this.dim(-1);
    if (typeof width !== "number") throw new TypeError(`Expected a fixed last axis to normalise, got ${width}`);
    return apply("layerNorm", [this, constant(new Float32Array(width).fill(1), [width])], { eps });
  }
  /** x·(mean(x²) + eps)^−½ over the last axis. */
  rmsUnit(eps: number): Value {
    return apply("rmsUnit", [this, this.mul(this).mean([-1]).add(eps).sqrt().reciprocal()]);
  }

  /** Neighbouring pairs of x [tokens, H, d] turned by the angles of cos and sin [tokens, d], each repeated twice:
   * y₂ⱼ = x₂ⱼ·cos − x₂ⱼ₊₁·sin, y₂ⱼ₊₁ = x₂ⱼ₊₁·cos + x₂ⱼ·sin. */
  rotate(cos: Value, sin: Value): Value {
    return apply("rotate", [this, cos, sin]);
  }

  // Layout
  reshape(shape: Shape): Value {
    const target = shape.map(dim);
    if (sizeOf(target) !== sizeOf(this.shape)) {
      throw new TypeError(`Expected a shape of ${sizeOf(this.shape)} elements, got [${target.join(", ")}]`);
    }
    return apply("reshape", [this], { shape: target });
  }
  transpose(permutation: readonly number[]): Value {
    return apply("transpose", [this], { permutation });
  }
  /** Elements [start, start + length) of one axis. */
  slice(axis: number, start: Dim, length: Dim): Value {
    const [positive = 0] = this.#positive([axis]);
    return apply("slice", [this], { axis: positive, start: dim(start), length: dim(length) });
  }
  /** Zeros before and after one axis: the gradient of `slice`. */
  pad(axis: number, before: Dim, after: Dim): Value {
    const [positive = 0] = this.#positive([axis]);
    return apply("pad", [this], { axis: positive, before: dim(before), after: dim(after) });
  }
  /** One more entry on the last axis: `last` of that shape, or a number. */
  append(last: Value | number): Value {
    const column = [...this.shape.slice(0, -1), 1];
    const value =
      typeof last === "number"
        ? constant(
            [last],
            column.map(() => 1),
          ).expand(column)
        : last;
    return concat([this, value], -1);
  }
  expand(shape: Shape): Value {
    return apply("expand", [this], { shape: shape.map(dim) });
  }

  #positive(axes: readonly number[]): number[] {
    return axes.map((axis) => {
      const positive = axis < 0 ? axis + this.rank : axis;
      if (this.shape[positive] === undefined)
        throw new TypeError(`Expected an axis of a rank-${this.rank} value, got ${axis}`);
      return positive;
    });
  }
}

export function input(name: string, shape: Shape): Value {
  return new Value(shape.map(dim), { type: "input", name });
}

export function weight(name: string, ref: WeightRef): Value {
  return new Value(ref.shape, { type: "weight", name, ref });
}

export function constant(data: Float32Array | readonly number[], shape: readonly number[]): Value {
  const array = data instanceof Float32Array ? data : Float32Array.from(data);
  if (array.length !== shape.reduce((product, size) => product * size, 1)) {
    throw new TypeError(`Expected ${shape.join("x")} numbers for a constant, got ${array.length}`);
  }
  return new Value(shape, { type: "constant", data: array });
}

export function concat(values: readonly Value[], axis: number): Value {
  const rank = values[0]?.rank ?? 0;
  return apply("concat", values, { axis: axis < 0 ? axis + rank : axis });
}

/** One node; returns its first output (the node holds the others). */
function apply(op: OpName, inputs: readonly Value[], attributes: Attributes = {}): Value {
  const outputs: Value[] = [];
  const node: Node = { op, inputs, attributes, outputs };
  const shapes = inferShapes(op, inputs, attributes);
  for (const [index, shape] of shapes.entries()) outputs.push(new Value(shape, { type: "node", node, index }));
  const [first] = outputs;
  if (first === undefined) throw new TypeError(`The operation ${op} has no output`);
  return first;
}

function operand(value: Value | number): Value {
  return typeof value === "number" ? constant([value], []) : value;
}
