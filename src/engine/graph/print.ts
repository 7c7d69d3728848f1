/** A graph as text, one node a line: what to read when a shape or a gradient is wrong. */
import { showShape } from "./dim.ts";
import { leavesOf, nodesOf } from "./order.ts";
import type { Value } from "./value.ts";

/** Names every value of a graph: inputs and weights by their own name, others %0, %1 … in order. */
export function nameValues(outputs: readonly Value[]): Map<Value, string> {
  const names = new Map<Value, string>();
  for (const [i, leaf] of leavesOf(outputs).entries()) names.set(leaf, leafName(leaf, i));
  let next = 0;
  for (const node of nodesOf(outputs)) for (const output of node.outputs) names.set(output, `%${next++}`);
  return names;
}

function leafName(leaf: Value, index: number): string {
  switch (leaf.origin.type) {
    case "input":
    case "weight":
      return leaf.origin.name;
    case "constant":
      return leaf.origin.data.length === 1 ? `${leaf.origin.data[0]}#${index}` : `const#${index}`;
    case "node":
      throw new TypeError("A node's output is not a leaf");
  }
}

export function printGraph(outputs: Readonly<Record<string, Value>>): string {
  const values = Object.values(outputs);
  const names = nameValues(values);
  const show = (value: Value) => `${names.get(value)}${showShape(value.shape)}`;
  const lines = leavesOf(values).map((leaf) => `${leaf.origin.type} ${show(leaf)}`);
  for (const node of nodesOf(values)) {
    const inputs = node.inputs.map((value) => names.get(value)).join(", ");
    const attributes = Object.entries(node.attributes).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
    lines.push(`${node.outputs.map(show).join(", ")} = ${node.op}(${inputs})${attributes.join("")}`);
  }
  for (const [name, value] of Object.entries(outputs)) lines.push(`output ${name} = ${names.get(value)}`);
  return lines.join("\n");
}
