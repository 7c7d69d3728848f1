import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Value } from "../../src/engine/graph/value.ts";
import { compile, type Tensor } from "../../src/engine/onnx/session.ts";

export const CPU = { graphDir: join(tmpdir(), "dragflow-test-graphs"), providers: ["cpu"], threads: 1 };

/** Emits, runs once and releases. */
export async function evaluate(
  outputs: Record<string, Value>,
  feeds: Record<string, Tensor> = {},
): Promise<Record<string, Tensor>> {
  const graph = await compile(outputs, CPU);
  const results = await graph.run(feeds);
  await graph.release();
  return results;
}

/** Deterministic numbers in (-1, 1), none near zero, so that kinks (abs, relu, sign) are not stepped over. */
export function numbers(count: number, seed = 1): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const x = (state / 2 ** 32) * 1.8 - 0.9;
    return x + Math.sign(x || 1) * 0.1;
  });
}
