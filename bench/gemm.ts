/** What the machine's matrix product reaches through onnxruntime: the yardstick of every other figure. Several products in
 * one graph, so that what carries numbers in and out of it hardly counts. */
import { tmpdir } from "node:os";
import { performance } from "node:perf_hooks";
import { gaussian } from "../src/engine/edit/noise.ts";
import { constant, input } from "../src/engine/graph/value.ts";
import { type CompiledGraph, compile, type Tensor } from "../src/engine/onnx/session.ts";

const SIZE = 1024;
const PRODUCTS = 6;

export class GemmMeter {
  readonly #graph: CompiledGraph;
  readonly #feeds: Record<string, Tensor>;
  readonly #samples: number[] = [];

  private constructor(graph: CompiledGraph) {
    this.#graph = graph;
    this.#feeds = { a: { shape: [SIZE, SIZE], data: gaussian(SIZE * SIZE, 1) } };
  }

  static async open(threads: number): Promise<GemmMeter> {
    // Fixed, as a model's weights are, so that it is packed once; rows keep their length, whatever the number of products.
    const b = constant(
      gaussian(SIZE * SIZE, 2).map((value) => value / Math.sqrt(SIZE)),
      [SIZE, SIZE],
    );
    let y = input("a", [SIZE, SIZE]);
    for (let i = 0; i < PRODUCTS; i++) y = y.matmul(b);
    const graph = await compile({ y: y.sum([0]) }, { graphDir: tmpdir(), providers: ["cpu"], threads });
    const meter = new GemmMeter(graph);
    await meter.#timed(); // warm
    return meter;
  }

  /** GFLOP/s now: the faster of two runs of some 13 GFLOP each. */
  async sample(): Promise<number> {
    const rate = Math.max(await this.#timed(), await this.#timed());
    this.#samples.push(rate);
    return rate;
  }

  /** The fastest so far: what the machine can do. */
  get peak(): number {
    return Math.max(...this.#samples);
  }

  get samples(): readonly number[] {
    return this.#samples;
  }

  async release(): Promise<void> {
    await this.#graph.release();
  }

  async #timed(): Promise<number> {
    const begun = performance.now();
    await this.#graph.run(this.#feeds);
    return (2 * PRODUCTS * SIZE ** 3) / (performance.now() - begun) / 1e6;
  }
}
