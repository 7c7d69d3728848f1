/** Nodes in an order in which inputs come first. An explicit stack: deep models must not overflow the call stack. */
import type { Node, Value } from "./value.ts";

export function nodesOf(outputs: readonly Value[]): Node[] {
  const order: Node[] = [];
  const seen = new Set<Node>();
  const stack: { node: Node; next: number }[] = [];
  const enter = (value: Value) => {
    if (value.origin.type !== "node" || seen.has(value.origin.node)) return;
    seen.add(value.origin.node);
    stack.push({ node: value.origin.node, next: 0 });
  };
  for (const output of outputs) {
    enter(output);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const following = top.node.inputs[top.next++];
      if (following !== undefined) {
        enter(following);
        continue;
      }
      order.push(top.node);
      stack.pop();
    }
  }
  return order;
}

/** Inputs, weights and constants that the outputs depend on, in order of first use. */
export function leavesOf(outputs: readonly Value[]): Value[] {
  const leaves = new Set<Value>();
  const visit = (value: Value) => value.origin.type !== "node" && leaves.add(value);
  for (const node of nodesOf(outputs)) node.inputs.forEach(visit);
  outputs.forEach(visit);
  return [...leaves];
}
