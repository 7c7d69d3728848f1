/** What this machine does per second in onnxruntime, measured in well under a second. */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { input, type Value, weight } from "../graph/value.ts";
import { writeSafetensors } from "../weights/safetensors.ts";
import { openWeights } from "../weights/source.ts";
import { type CompileOptions, compile, type Tensor } from "./session.ts";

export interface MachineSpeed {
  /** Multiplications and additions of float32 matrix products per second. */
  readonly gemm: number;
  /** bfloat16 weights per second that are converted to float32. */
  readonly cast: number;
}

const SIDE = 768;
const RUNS = 3;

export async function machineSpeed(): Promise<MachineSpeed> {
  const dir = await mkdtemp(join(tmpdir(), "dragflow-speed-"));
  try {
    const options = { graphDir: dir, providers: ["cpu"], threads: availableParallelism(), lean: true };
    const a = input("a", [SIDE, SIDE]);
    const feeds = { a: { shape: [SIDE, SIDE], data: new Float32Array(SIDE * SIDE).fill(0.5) } };
    const product = await fastest({ y: a.matmul(a) }, feeds, options);
    const cast = await fastest({ y: a.add(await halfWeight(dir)) }, feeds, options);
    return { gemm: (2 * SIDE ** 3) / product, cast: SIDE ** 2 / cast };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function halfWeight(dir: string): Promise<Value> {
  const path = join(dir, "half.safetensors");
  await writeSafetensors(path, { w: { shape: [SIDE, SIDE], dtype: "BF16", bytes: new Uint8Array(2 * SIDE * SIDE) } });
  return weight("w", (await openWeights(path)).get("w"));
}

/** Seconds. */
async function fastest(
  outputs: Record<string, Value>,
  feeds: Record<string, Tensor>,
  options: CompileOptions,
): Promise<number> {
  const graph = await compile(outputs, options);
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < RUNS; i++) {
    const start = performance.now();
    await graph.run(feeds);
    best = Math.min(best, (performance.now() - start) / 1000);
  }
  await graph.release();
  return best;
}
