/** What the machine's matrix product reaches through onnxruntime: the yardstick of every other figure. */
import { tmpdir } from "node:os";
import { performance } from "node:perf_hooks";
import { gaussian } from "../src/engine/edit/noise.ts";
import { input } from "../src/engine/graph/value.ts";
import { compile } from "../src/engine/onnx/session.ts";

const SIZE = 1024;

/** Best of `runs`, in GFLOP/s. */
export async function gemmPeak(threads: number, runs = 15): Promise<number> {
  const y = input("a", [SIZE, SIZE]).matmul(input("b", [SIZE, SIZE]));
  const graph = await compile({ y }, { graphDir: tmpdir(), providers: ["cpu"], threads });
  const square = (seed: number) => ({ shape: [SIZE, SIZE], data: gaussian(SIZE * SIZE, seed) });
  const feeds = { a: square(1), b: square(2) };
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await graph.run(feeds);
    best = Math.min(best, performance.now() - start);
  }
  await graph.release();
  return (2 * SIZE ** 3) / best / 1e6;
}
