/** Shape rules of the operations: what comes out of what goes in, or a TypeError that says what does not fit. */
import { broadcast, type Dim, dimAdd, dimDiv, dimMul, dimSub, type Shape, sameShape, showShape } from "./dim.ts";

export function matmulShape(a: Shape, b: Shape): Shape {
  if (a.length < 2 || b.length < 2) throw new TypeError("Expected matrices, got a vector");
  const [m, k] = a.slice(-2);
  const [k2, n] = b.slice(-2);
  if (k !== k2) throw new TypeError(`Expected inner sizes that agree, got ${k} and ${k2}`);
  return [...broadcast(a.slice(0, -2), b.slice(0, -2)), m as Dim, n as Dim]; // both have two axes at least
}

/** x [M, K] times the matrix whose `weightAxis` holds K: the other axis is the result's width. */
export function linearShape(x: Shape, weight: Shape, weightAxis: 0 | 1): Shape {
  if (x.length !== 2 || weight.length !== 2) throw new TypeError("Expected two matrices");
  if (x[1] !== weight[weightAxis]) throw new TypeError(`Expected ${weight[weightAxis]} input features, got ${x[1]}`);
  return [x[0] as Dim, weight[1 - weightAxis] as Dim]; // both have two axes
}

/** x [N, C, H, W], weight [out, C, kh, kw] with a kernel of fixed size: Value's methods make no others. */
export function convShape(x: Shape, weight: Shape, stride: number, pads: readonly number[]): Shape {
  const [n, c, h, w] = x as readonly [Dim, Dim, Dim, Dim];
  const [out, inner, kh, kw] = weight as readonly [Dim, Dim, number, number];
  if (c !== inner) throw new TypeError(`Expected ${inner} channels, got ${c}`);
  const [top = 0, left = 0, bottom = 0, right = 0] = pads;
  return [n, out, convolved(h, kh, stride, top + bottom), convolved(w, kw, stride, left + right)];
}

/** Output length of a convolution; a named length must be a multiple of the stride. */
function convolved(size: Dim, kernel: number, stride: number, padding: number): Dim {
  if (typeof size === "number") return Math.floor((size + padding - kernel) / stride) + 1;
  // ⌊(s·m + p − k)/s⌋ + 1 for a length s·m
  return dimAdd(dimDiv(size, stride), Math.floor((padding - kernel) / stride) + 1);
}

export function reducedShape(shape: Shape, axes: readonly number[]): Shape {
  return shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
}

/** ONNX infers one size by itself; with more named sizes the emitter computes the shape. */
export function inferOne(shape: Shape): Shape {
  const named = shape.filter((size) => typeof size === "string").length;
  return named === 1 ? shape.map((size) => (typeof size === "string" ? -1 : size)) : shape;
}

/** Length of a transposed convolution before output padding. */
function transposed(size: Dim, kernel: number, stride: number, padding: number): Dim {
  return dimAdd(dimMul(stride, dimSub(size, 1)), kernel - padding);
}

/** `like` is the input of the convolution whose gradient this is; a size given up by its stride is padded back. */
export function transposedShape(x: Shape, weight: Shape, stride: number, pads: readonly number[], like: Shape): Shape {
  if (x[1] !== weight[0]) throw new TypeError(`Expected ${weight[0]} channels, got ${x[1]}`);
  const convolution = convShape(like, weight, stride, pads);
  if (!sameShape(convolution, x)) {
    throw new TypeError(`Expected an input of shape ${showShape(convolution)}, got ${showShape(x)}`);
  }
  return like;
}

/** What ConvTranspose must add at the end of each side to give back `like`. */
export function outputPadding(x: Shape, weight: Shape, stride: number, pads: readonly number[], like: Shape): number[] {
  const [top = 0, left = 0, bottom = 0, right = 0] = pads;
  const padding = [top + bottom, left + right];
  return [2, 3].map((axis, i) => {
    const [size = 0, kernel, wanted = 0] = [x[axis], weight[axis], like[axis]];
    const missing = dimSub(wanted, transposed(size, kernel as number, stride, padding[i] ?? 0));
    if (typeof missing !== "number") throw new TypeError(`Expected a fixed padding, got ${missing}`);
    return missing;
  });
}

export function countOf(shape: Shape, axes: readonly number[]): number {
  return axes.reduce((count, axis) => {
    const size = shape[axis];
    if (typeof size !== "number") throw new TypeError(`Expected a fixed size to average over, got ${size}`);
    return count * size;
  }, 1);
}

export function concatShape(shapes: readonly Shape[], axis: number): Shape {
  const [first] = shapes;
  if (first === undefined) throw new TypeError("Expected at least one value to concatenate");
  for (const shape of shapes) {
    const agrees = sameShape(rest(shape, axis), rest(first, axis));
    if (!agrees) throw new TypeError(`Expected shapes equal but for axis ${axis}`);
  }
  const total = shapes.map((shape) => shape[axis] ?? 0).reduce(dimAdd, 0);
  return first.map((size, i) => (i === axis ? total : size));
}

function rest(shape: Shape, axis: number): Shape {
  return shape.filter((_, i) => i !== axis);
}

/** x [tokens, H, d] with d even, one angle per token and feature. */
export function rotatedShape(x: Shape, cos: Shape, sin: Shape): Shape {
  const [tokens, , features] = x;
  if (x.length !== 3 || typeof features !== "number" || features % 2 !== 0) {
    throw new TypeError(`Expected [tokens, heads, an even number of features], got ${showShape(x)}`);
  }
  const angles = [tokens as Dim, features]; // rank 3
  if (sameShape(cos, angles) && sameShape(sin, angles)) return x;
  throw new TypeError(`Expected angles ${showShape(angles)}, got ${showShape(cos)} and ${showShape(sin)}`);
}
