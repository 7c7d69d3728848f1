/** Which products a graph with 16-bit products rounds. */
import type { Node, Value } from "../graph/value.ts";

/** Linear layers in both directions, and products of two computed values or of two stacks of matrices: attention's, whose
 * factors are inputs where it is computed by itself. One matrix that is an input or a constant belongs to a resize or a
 * rotation. */
export function isHalfProduct({ op, inputs }: Node): boolean {
  if (op === "linear" || op === "linearBack") return true;
  return (
    (op === "matmul" || op === "attentionMix") && (inputs.every(isComputed) || inputs.every(({ rank }) => rank > 2))
  );
}

const LAYOUT: ReadonlySet<string> = new Set(["transpose", "reshape"]);

function isComputed({ origin }: Value): boolean {
  if (origin.type !== "node") return false;
  const [first] = origin.node.inputs;
  return !LAYOUT.has(origin.node.op) || (first !== undefined && isComputed(first));
}
