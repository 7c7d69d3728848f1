/** CLIP's text tower (flux.md §3.1): causal attention over a fixed number of places; FLUX reads its pooled row. */
import { z } from "zod";
import { input, type Value } from "../graph/value.ts";
import { checkModelJson } from "../models/json.ts";
import { attention, geluErf, layerNormAffine, mergeHeads, quickGelu, splitHeads } from "../nn/layers.ts";
import { Params } from "../nn/params.ts";
import { LazyGraph } from "../onnx/lazy-graph.ts";
import { type CompileOptions, compile, type Tensor } from "../onnx/session.ts";
import type { WeightSource } from "../weights/source.ts";
import { embedRows } from "./embed-rows.ts";

const size = z.number().int().positive();
const schema = z.object({
  vocab_size: size,
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  max_position_embeddings: size,
  hidden_act: z.enum(["quick_gelu", "gelu"]).default("quick_gelu"),
  layer_norm_eps: z.number().positive().default(1e-5),
  eos_token_id: z.number().int().default(2),
});
export type ClipTextConfig = z.infer<typeof schema>;

/** Throws `checkpoint-invalid` naming file and field. */
export function parseClipText(json: unknown, path: string): ClipTextConfig {
  return checkModelJson(schema, json, path);
}

export interface ClipTextStates {
  /** [places, width], normalised. */
  readonly lastHiddenState: Tensor;
  /** [1, width]: the row at the end of the text. */
  readonly pooled: Tensor;
}

export class ClipText {
  readonly config: ClipTextConfig;
  readonly #source: WeightSource;
  readonly #graph: LazyGraph<"states">;

  constructor(config: ClipTextConfig, source: WeightSource, options: CompileOptions) {
    this.config = config;
    this.#source = source;
    this.#graph = new LazyGraph(() => compile({ states: clipTextGraph(new Params(source), config) }, options));
  }

  /** `ids` of one text, at most as many as the model has places. */
  async encode(ids: readonly number[]): Promise<ClipTextStates> {
    const { vocab_size, hidden_size: width, eos_token_id } = this.config;
    const table = this.#source.expectShape("text_model.embeddings.token_embedding.weight", [vocab_size, width]);
    const tokens = await embedRows(table, ids);
    const { states } = await (await this.#graph.get()).run({ tokens, mask: causalMask(ids.length) });
    const at = endOfText(ids, eos_token_id) * width;
    return { lastHiddenState: states, pooled: { shape: [1, width], data: states.data.slice(at, at + width) } };
  }

  /** Throws `checkpoint-invalid` for a missing or misshapen tensor; compiles nothing. */
  check(): void {
    const { vocab_size, hidden_size } = this.config;
    this.#source.expectShape("text_model.embeddings.token_embedding.weight", [vocab_size, hidden_size]);
    clipTextGraph(new Params(this.#source), this.config);
  }

  release(): Promise<void> {
    return this.#graph.release();
  }
}

/** Published configurations say 2, a leftover that stands for "the largest id", which is the end of the text. */
const LEGACY_EOS = 2;

function endOfText(ids: readonly number[], eos: number): number {
  return Math.max(ids.indexOf(eos === LEGACY_EOS ? Math.max(...ids) : eos), 0);
}

/** 0 where a place may look, far below any score where it may not: at what comes later. */
function causalMask(places: number): Tensor {
  const data = new Float32Array(places * places);
  for (let row = 0; row < places; row++) data.fill(-1e30, row * places + row + 1, (row + 1) * places);
  return { shape: [places, places], data };
}

/** Inputs `tokens` [S, D] and `mask` [S, S]; output the normalised states [S, D]. */
function clipTextGraph(params: Params, config: ClipTextConfig): Value {
  const { hidden_size: width, max_position_embeddings: places, layer_norm_eps: eps } = config;
  const norm = (x: Value, name: string) =>
    layerNormAffine(x, params.get(`${name}.weight`, [width]), params.get(`${name}.bias`, [width]), eps);
  const positions = params.get("text_model.embeddings.position_embedding.weight", [places, width]);
  const mask = input("mask", ["S", "S"]);
  let x = input("tokens", ["S", width]).add(positions.slice(0, 0, "S"));
  for (let i = 0; i < config.num_hidden_layers; i++) {
    const layer = `text_model.encoder.layers.${i}`;
    x = x.add(selfAttention(params, config, `${layer}.self_attn`, norm(x, `${layer}.layer_norm1`), mask));
    x = x.add(feedForward(params, config, `${layer}.mlp`, norm(x, `${layer}.layer_norm2`)));
  }
  return norm(x, "text_model.final_layer_norm");
}

function selfAttention(params: Params, config: ClipTextConfig, name: string, x: Value, mask: Value): Value {
  const { hidden_size: width, num_attention_heads: heads } = config;
  const project = (part: string) =>
    splitHeads(params.linear(x, `${name}.${part}_proj`, width), heads).transpose([1, 0, 2]); // [H, S, d]
  const out = attention(project("q"), project("k"), project("v"), (width / heads) ** -0.5, mask);
  return params.linear(mergeHeads(out), `${name}.out_proj`, width);
}

function feedForward(params: Params, config: ClipTextConfig, name: string, x: Value): Value {
  const hidden = params.linear(x, `${name}.fc1`, config.intermediate_size);
  const active = config.hidden_act === "gelu" ? geluErf(hidden) : quickGelu(hidden);
  return params.linear(active, `${name}.fc2`, config.hidden_size);
}
