/** Multiply-adds of a graph, counted ×2: matrix products and convolutions only, as flux.md §1.9 counts. */
import { evaluateDim, type Shape } from "../src/engine/graph/dim.ts";
import { nodesOf } from "../src/engine/graph/order.ts";
import type { Node, Value } from "../src/engine/graph/value.ts";

/** `sizes` gives the named dimensions their numbers. */
export function flopsOf(outputs: readonly Value[], sizes: ReadonlyMap<string, number>): number {
  return nodesOf(outputs).reduce((sum, node) => sum + nodeFlops(node, sizes), 0);
}

function nodeFlops(node: Node, sizes: ReadonlyMap<string, number>): number {
  const [a, b] = node.inputs;
  const [out] = node.outputs;
  if (a === undefined || b === undefined || out === undefined) return 0;
  const result = count(out.shape, sizes);
  const inner = (axis: number) => evaluateDim(a.dim(axis), sizes);
  switch (node.op) {
    case "matmul":
      return 2 * result * inner(-1);
    case "linear":
    case "linearBack":
      return 2 * result * inner(1);
    case "conv":
      return 2 * result * count(b.shape.slice(1), sizes);
    default:
      return 0;
  }
}

function count(shape: Shape, sizes: ReadonlyMap<string, number>): number {
  return shape.reduce<number>((product, size) => product * evaluateDim(size, sizes), 1);
}
