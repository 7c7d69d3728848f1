/** T5's encoder (flux.md §3.2). A large one runs a few layers at a time, so that never more than those are in memory. */
import { Params } from "../nn/params.ts";
import { LazyGraph } from "../onnx/lazy-graph.ts";
import { type CompileOptions, compile, type Tensor } from "../onnx/session.ts";
import { readWeight, type WeightRef, type WeightSource } from "../weights/source.ts";
import { embedRows } from "./embed-rows.ts";
import type { T5Config } from "./t5-config.ts";
import { relativeBias, t5Layers } from "./t5-graph.ts";

/** Weights of one session as float32. */
const GROUP_BYTES = 2 ** 30;
const BIAS = "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight";
/** Exports name the embedding by its owner or by its user. */
const TABLES = ["shared.weight", "encoder.embed_tokens.weight"];

export class T5Encoder {
  readonly config: T5Config;
  readonly #source: WeightSource;
  readonly #groups: readonly LazyGraph<"states">[];

  constructor(config: T5Config, source: WeightSource, options: CompileOptions, groupBytes = GROUP_BYTES) {
    this.config = config;
    this.#source = source;
    this.#groups = layerGroups(config, groupBytes).map(
      ([from, to]) =>
        new LazyGraph(async () => compile({ states: t5Layers(new Params(source), config, from, to) }, options)),
    );
  }

  /** States [T, D] of each text; texts of one call share the reading of the weights. Padding is attended to. `between`
   * groups of layers; what it throws ends the work. */
  async encode(texts: readonly (readonly number[])[], between?: () => Promise<void>): Promise<Tensor[]> {
    const states: Tensor[] = [];
    for (const ids of texts) states.push(await embedRows(this.#table(), ids));
    const table = await readWeight(this.#source.get(BIAS));
    for (const group of this.#groups) {
      await between?.();
      const graph = await group.get();
      for (const [i, x] of states.entries()) {
        const bias = relativeBias(table, this.config, x.shape[0] ?? 0);
        states[i] = (await graph.run({ x, bias })).states;
      }
      if (this.#groups.length > 1) await group.release();
    }
    return states;
  }

  /** Throws `checkpoint-invalid` for a missing or misshapen tensor; compiles nothing. */
  check(): void {
    this.#table();
    this.#source.expectShape(BIAS, [this.config.relative_attention_num_buckets, this.config.num_heads]);
    t5Layers(new Params(this.#source), this.config, 0, this.config.num_layers);
  }

  async release(): Promise<void> {
    for (const group of this.#groups) await group.release();
  }

  #table(): WeightRef {
    const name = TABLES.find((one) => this.#source.has(one)) ?? "shared.weight";
    return this.#source.expectShape(name, [this.config.vocab_size, this.config.d_model]);
  }
}

/** Runs of layers whose weights stay within `bytes`, at least one layer each. */
function layerGroups({ num_layers, num_heads, d_kv, d_model, d_ff }: T5Config, bytes: number): [number, number][] {
  const layer = 4 * d_model * (4 * num_heads * d_kv + 3 * d_ff);
  const count = Math.max(1, Math.floor(bytes / layer));
  const groups = Math.ceil(num_layers / count);
  return Array.from({ length: groups }, (_, i) => [i * count, Math.min((i + 1) * count, num_layers)]);
}
