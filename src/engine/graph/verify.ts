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
  verifyLeaves(leavesOf(values), outputs);
}

function verifyNode(node: Node, names: ReadonlyMap<Value, string>): void {
  const [first] = node.outputs;
  const where = `${first && names.get(first)} = ${node.op}(${node.inputs.map((v) => names.get(v)).join(", ")})`;
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

/** One name, one leaf: inputs are fed, and weights are found, by name. */
function verifyLeaves(leaves: readonly Value[], outputs: Readonly<Record<string, Value>>): void {
  const known = new Map<string, Value>();
  for (const leaf of leaves) {
    const { origin } = leaf;
    if (origin.type !== "input" && origin.type !== "weight") continue;
    const key = `${origin.type} ${origin.name}`;
    if (known.has(key)) throw new TypeError(`Two different ${origin.type}s are called "${origin.name}"`);
    known.set(key, leaf);
  }
  for (const name of Object.keys(outputs)) {
    if (known.has(`input ${name}`)) throw new TypeError(`"${name}" is the name of an input and of an output`);
  }
}
