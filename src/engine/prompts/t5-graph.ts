/** One layer of T5's encoder and what goes between layers (flux.md §3.2): no biases, scores not scaled. */
import { input, type Value } from "../graph/value.ts";
import { attention, mergeHeads, rmsNorm, splitHeads } from "../nn/layers.ts";
import type { Params } from "../nn/params.ts";
import type { Tensor } from "../onnx/session.ts";
import type { T5Config } from "./t5-config.ts";

/** Layers [from, to): inputs `x` [T, D] and `bias` [H, T, T]; output the states, normalised after the last layer. */
export function t5Layers(params: Params, config: T5Config, from: number, to: number): Value {
  const bias = input("bias", [config.num_heads, "T", "T"]);
  let x = input("x", ["T", config.d_model]);
  for (let i = from; i < to; i++) {
    const name = `encoder.block.${i}.layer`;
    x = x.add(selfAttention(params, config, `${name}.0.SelfAttention`, norm(params, config, x, `${name}.0`), bias));
    x = x.add(feedForward(params, config, `${name}.1.DenseReluDense`, norm(params, config, x, `${name}.1`)));
  }
  return to < config.num_layers ? x : normed(params, config, x, "encoder.final_layer_norm");
}

function norm(params: Params, config: T5Config, x: Value, layer: string): Value {
  return normed(params, config, x, `${layer}.layer_norm`);
}

function normed(params: Params, config: T5Config, x: Value, name: string): Value {
  return rmsNorm(x, params.get(`${name}.weight`, [config.d_model]), config.layer_norm_epsilon);
}

function selfAttention(params: Params, config: T5Config, name: string, x: Value, bias: Value): Value {
  const { num_heads: heads, d_kv, d_model } = config;
  const project = (part: string) =>
    splitHeads(x.linear(params.get(`${name}.${part}.weight`, [heads * d_kv, d_model])), heads).transpose([1, 0, 2]);
  const out = attention(project("q"), project("k"), project("v"), 1, bias); // [H, T, d]
  return mergeHeads(out).linear(params.get(`${name}.o.weight`, [d_model, heads * d_kv]));
}

function feedForward(params: Params, config: T5Config, name: string, x: Value): Value {
  const { d_ff, d_model } = config;
  const project = (part: string) => x.linear(params.get(`${name}.${part}.weight`, [d_ff, d_model]));
  return project("wi_0")
    .gelu()
    .mul(project("wi_1"))
    .linear(params.get(`${name}.wo.weight`, [d_model, d_ff]));
}

/** The bias of all layers, [H, T, T], from the table of the first [buckets, H]: it depends on key − query alone. */
export function relativeBias(table: Float32Array, config: T5Config, tokens: number): Tensor {
  const heads = config.num_heads;
  const data = new Float32Array(heads * tokens * tokens);
  for (let query = 0; query < tokens; query++) {
    for (let key = 0; key < tokens; key++) {
      const bucket = relativeBucket(key - query, config);
      for (let head = 0; head < heads; head++) {
        data[(head * tokens + query) * tokens + key] = table[bucket * heads + head] ?? 0;
      }
    }
  }
  return { shape: [heads, tokens, tokens], data };
}

/** Half of the buckets for each direction; of those half are exact, the rest grow as a logarithm. */
export function relativeBucket(relative: number, config: T5Config): number {
  const half = config.relative_attention_num_buckets / 2;
  const base = relative > 0 ? half : 0;
  const distance = Math.abs(relative);
  const exact = Math.floor(half / 2);
  if (distance < exact) return base + distance;
  // In float32, as the reference computes it: a bucket border moves otherwise.
  const share = Math.fround(
    Math.fround(Math.log(distance / exact)) / Math.log(config.relative_attention_max_distance / exact),
  );
  return base + Math.min(exact + Math.floor(Math.fround(share * (half - exact))), half - 1);
}
