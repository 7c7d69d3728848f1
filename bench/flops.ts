/** Multiply-adds of a graph, counted ×2: matrix products and convolutions only, as docs/flux.md §1.9 counts. */
import { evaluateDim, type Shape, termsOf } from "../src/engine/graph/dim.ts";
import type { OpName } from "../src/engine/graph/ops.ts";
import { leavesOf, nodesOf } from "../src/engine/graph/order.ts";
import type { Node, Value } from "../src/engine/graph/value.ts";

export type Sizes = ReadonlyMap<string, number>;

/** `sizes` gives the named dimensions their numbers. */
export function flopsOf(outputs: readonly Value[], sizes: Sizes): number {
  return nodesOf(outputs).reduce((sum, node) => sum + (isProduct(node.op) ? PRODUCTS[node.op](node, sizes) : 0), 0);
}

/** The numbers of named dimensions, from the shapes that the graph's inputs were fed with. */
export function sizesOf(outputs: readonly Value[], shapes: ReadonlyMap<string, Shape>): Sizes {
  const sizes = new Map<string, number>();
  for (const { origin, shape } of leavesOf(outputs)) {
    if (origin.type !== "input") continue;
    const fed = shapes.get(origin.name) ?? [];
    for (const [axis, size] of shape.entries()) solve(size, Number(fed[axis]), sizes);
  }
  return sizes;
}

/** One name times a number says what the name is; sums say nothing that another input does not. */
function solve(size: Shape[number], found: number, sizes: Map<string, number>): void {
  const terms = termsOf(size);
  const [[names, coefficient] = [[], 1]] = terms;
  const [name] = names;
  if (terms.length === 1 && names.length === 1 && name !== undefined) sizes.set(name, found / coefficient);
}

type Count = (node: Node, sizes: Sizes) => number;

const PRODUCTS = {
  // A product with a constant turns or selects: graphs may say that without one, so that it is no work of the model's.
  matmul: (node, sizes) => (operand(node, 1).origin.type === "constant" ? 0 : product(node, sizes, -1)),
  attentionMix: (node, sizes) => product(node, sizes, -1),
  linear: (node, sizes) => product(node, sizes, 1),
  linearBack: (node, sizes) => product(node, sizes, 1),
  conv: (node, sizes) => 2 * resultOf(node, sizes) * sizeOf(operand(node, 1).shape.slice(1), sizes),
  convTranspose: (node, sizes) =>
    2 * sizeOf(operand(node, 0).shape, sizes) * sizeOf(operand(node, 1).shape.slice(1), sizes),
} as const satisfies Partial<Record<OpName, Count>>;

function isProduct(op: OpName): op is keyof typeof PRODUCTS {
  return op in PRODUCTS;
}

/** `inner`: the axis of the first factor that is summed over. */
function product(node: Node, sizes: Sizes, inner: number): number {
  return 2 * resultOf(node, sizes) * evaluateDim(operand(node, 0).dim(inner), sizes);
}

function resultOf(node: Node, sizes: Sizes): number {
  const [output] = node.outputs;
  if (output === undefined) throw new TypeError(`Expected an output of ${node.op}`);
  return sizeOf(output.shape, sizes);
}

function operand({ op, inputs }: Node, index: number): Value {
  const value = inputs[index];
  if (value === undefined) throw new TypeError(`Expected an input ${index} of ${op}`);
  return value;
}

function sizeOf(shape: Shape, sizes: Sizes): number {
  return shape.reduce<number>((size, dim) => size * evaluateDim(dim, sizes), 1);
}
