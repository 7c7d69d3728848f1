/** Reverse-mode gradient in the same algebra (Griewank & Walther, Evaluating Derivatives, ch. 3): walks the nodes
 * backwards once, sums cotangents, and folds broadcast axes back here so that no rule has to. */
import { sameShape, showShape } from "./dim.ts";
import { opRow } from "./ops.ts";
import { nodesOf } from "./order.ts";
import type { Node, Value } from "./value.ts";

/** Σᵢ ∂⟨cotangentᵢ, outputᵢ⟩/∂wrt for every `wrt`; null where no output depends on it.
 * Throws TypeError when a path needs a gradient that its operation does not have. */
export function vjp(outputs: readonly Value[], cotangents: readonly Value[], wrt: readonly Value[]): (Value | null)[] {
  const nodes = nodesOf(outputs);
  const dependent = dependents(nodes, wrt);
  const gradients = new Map<Value, Value>();
  for (const [i, output] of outputs.entries()) {
    const cotangent = cotangents[i];
    if (cotangent === undefined) throw new TypeError(`Expected ${outputs.length} cotangents, got ${cotangents.length}`);
    if (!sameShape(cotangent.shape, output.shape)) {
      const [expected, found] = [showShape(output.shape), showShape(cotangent.shape)];
      throw new TypeError(`Expected a cotangent of shape ${expected} for output ${i}, got ${found}`);
    }
    accumulate(gradients, output, cotangent);
  }
  for (const node of nodes.reverse()) pullBack(node, gradients, dependent);
  return wrt.map((value) => gradients.get(value) ?? null);
}

function dependents(nodes: readonly Node[], wrt: readonly Value[]): Set<Value> {
  const dependent = new Set<Value>(wrt);
  for (const node of nodes) {
    if (node.inputs.some((value) => dependent.has(value))) for (const output of node.outputs) dependent.add(output);
  }
  return dependent;
}

function pullBack(node: Node, gradients: Map<Value, Value>, dependent: Set<Value>): void {
  const [output, ...others] = node.outputs;
  if (others.some((other) => gradients.has(other))) {
    throw new TypeError(`The operation ${node.op} passes gradients through its first output only`);
  }
  const dy = output && gradients.get(output);
  if (output === undefined || dy === undefined || !dependent.has(output)) return;
  const row = opRow(node.op);
  const parts = row.grad(dy, node.inputs, node.outputs, node.attributes);
  for (const [i, input] of node.inputs.entries()) {
    if (!dependent.has(input)) continue;
    const part = parts[i];
    if (part === undefined || part === null) {
      if (row.flat) continue;
      throw new TypeError(`The operation ${node.op} has no gradient for its input ${i}`);
    }
    accumulate(gradients, input, unbroadcast(part, input));
  }
}

function accumulate(gradients: Map<Value, Value>, value: Value, part: Value): void {
  const sum = gradients.get(value);
  gradients.set(value, sum === undefined ? part : sum.add(part));
}

/** Sums the axes along which `like` was repeated. */
function unbroadcast(gradient: Value, like: Value): Value {
  const extra = gradient.rank - like.rank;
  const axes = gradient.shape
    .map((size, axis) => ({ axis, repeated: axis < extra || (size !== 1 && like.shape[axis - extra] === 1) }))
    .filter(({ repeated }) => repeated)
    .map(({ axis }) => axis);
  const summed = axes.length === 0 ? gradient : gradient.sum(axes);
  return extra === 0 ? summed : summed.reshape(like.shape);
}
