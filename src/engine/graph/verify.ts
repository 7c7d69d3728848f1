/** Checks a graph before it is emitted: every node's stated shapes are what its rule infers, names are unique. */
import { sameShape, showShape } from "./dim.ts";
import { opRow } from "./ops.ts";
import { leavesOf, nodesOf } from "./order.ts";
import { nameValues } from "./print.ts";
import type { Node, Value } from "./value.ts";

/** Throws TypeError naming the node whose shape is wrong, or the name that two different leaves share. */
export function verify(outputs: Readonly<Record<string, Value>>): void {
  const values = Object.values(outputs);
  const names = nameValues(values);
  for (const node of nodesOf(values)) verifyNode(node, names);
  verifyLeaves(leavesOf(values));
}

function verifyNode(node: Node, names: ReadonlyMap<Value, string>): void {
  const where = `${names.get(node.outputs[0] as Value)} = ${node.op}(${node.inputs.map((v) => names.get(v)).join(", ")})`;
  const inferred = infer(node, where);
  for (const [i, output] of node.outputs.entries()) {
    const expected = inferred[i];
    if (expected === undefined || !sameShape(expected, output.shape)) {
      const found = showShape(output.shape);
      throw new TypeError(`${where}: expected output ${i} of shape ${showShape(expected ?? [])}, got ${found}`);
    }
  }
}

function infer(node: Node, where: string) {
  try {
    return opRow(node.op).shape(node.inputs, node.attributes);
  } catch (cause) {
    throw new TypeError(`${where}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

function verifyLeaves(leaves: readonly Value[]): void {
  const shapes = new Map<string, Value>();
  for (const leaf of leaves) {
    if (leaf.origin.type !== "input") continue;
    const other = shapes.get(leaf.origin.name);
    if (other !== undefined) throw new TypeError(`Two different inputs are called "${leaf.origin.name}"`);
    shapes.set(leaf.origin.name, leaf);
  }
}
