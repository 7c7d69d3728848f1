/** InstantCharacter's projector (flux.md §6.1): features of two towers at two scales meet in cross-attention blocks, then
 * a resampler that knows the time makes tokens of them. Sizes come from the tensors; head counts cannot. */
import { concat, input, type Value } from "../../graph/value.ts";
import { attention, geluErf, layerNormAffine, mergeHeads, modulate, silu, splitHeads } from "../../nn/layers.ts";
import type { Params } from "../../nn/params.ts";
import type { WeightSource } from "../../weights/source.ts";

export interface ProjectorHeads {
  /** Heads of the blocks that mix layers and scales. */
  readonly crossHeads: number;
  /** Heads of the resampler. */
  readonly resamplerHeads: number;
}

const CROSS_EPS = 1e-6;
const RESAMPLER_EPS = 1e-5;
const RESAMPLER = "image_proj.resampler";

/** Channels of the two towers' joined features. */
export function featureWidth(source: WeightSource): number {
  return source.get("image_proj.proj.fc1.weight").shape[1] ?? 0;
}

export function tokenShape(source: WeightSource): readonly [count: number, width: number] {
  const count = source.get(`${RESAMPLER}.latents`).shape[1] ?? 0;
  return [count, source.get(`${RESAMPLER}.proj_out.weight`).shape[0] ?? 0];
}

/** Channels of the resampler's time sinusoid, and of its embedding. */
export function timeWidth(source: WeightSource): number {
  return source.get(`${RESAMPLER}.time_embedding.linear_1.weight`).shape[1] ?? 0;
}

/** Inputs `lowDeep` [n, C], `lowShallow` [3n, C], `highDeep` [4n, C] → features [2n, C]; independent of time. */
export function projectorGraph(params: Params, source: WeightSource, heads: ProjectorHeads, n: number): Value {
  const width = featureWidth(source);
  const lowDeep = input("lowDeep", [n, width]);
  const mix = (stack: string, context: Value) => {
    let x = lowDeep;
    for (let i = 0; i < countOf(source, `image_proj.${stack}`); i++) {
      x = crossBlock(params, source, `image_proj.${stack}.${i}`, x, context, heads.crossHeads);
    }
    return x;
  };
  const layer = mix("cross_layer_blocks", input("lowShallow", [3 * n, width]));
  const scale = mix("cross_scale_blocks", input("highDeep", [4 * n, width]));
  const top = gated(params, source, "proj", lowDeep).add(gated(params, source, "proj_cross_scale", scale));
  return concat([top, gated(params, source, "proj_cross_layer", layer)], 0);
}

/** Inputs `features` [m, C] and `time` [1, timeWidth] → tokens. */
export function resamplerGraph(params: Params, source: WeightSource, heads: ProjectorHeads, m: number): Value {
  const [count, outWidth] = tokenShape(source);
  const width = source.get(`${RESAMPLER}.latents`).shape[2] ?? 0;
  const linear = (x: Value, name: string, out: number) => params.linear(x, `${RESAMPLER}.${name}`, out);
  const hidden = silu(linear(input("time", [1, timeWidth(source)]), "time_embedding.linear_1", width));
  const time = linear(hidden, "time_embedding.linear_2", width);
  const x = linear(input("features", [m, featureWidth(source)]), "proj_in", width).add(time);
  let latents = params.get(`${RESAMPLER}.latents`, [1, count, width]).reshape([count, width]);
  for (let i = 0; i < countOf(source, `${RESAMPLER}.layers`); i++) {
    latents = resamplerLayer(params, source, `${RESAMPLER}.layers.${i}`, x, latents, silu(time), heads.resamplerHeads);
  }
  return norm(params, linear(latents, "proj_out", outWidth), `${RESAMPLER}.norm_out`, RESAMPLER_EPS);
}

/** Self-attention, cross-attention and a GEGLU feed-forward, each on normed input and added. */
function crossBlock(
  params: Params,
  source: WeightSource,
  name: string,
  x: Value,
  context: Value,
  heads: number,
): Value {
  const width = featureWidth(source);
  const attend = (part: string, q: Value, kv: Value) => {
    const inner = source.get(`${name}.${part}.to_q.weight`).shape[0] ?? 0;
    const project = (from: Value, letter: string) =>
      from.linear(params.get(`${name}.${part}.to_${letter}.weight`, [inner, width]));
    return params.linear(
      attended(project(q, "q"), project(kv, "k"), project(kv, "v"), heads),
      `${name}.${part}.to_out.0`,
      width,
    );
  };
  const first = norm(params, x, `${name}.norm1`, CROSS_EPS);
  const x1 = x.add(attend("attn1", first, first));
  const x2 = x1.add(attend("attn2", norm(params, x1, `${name}.norm2`, CROSS_EPS), context));
  const hidden = (source.get(`${name}.ff.net.2.weight`).shape[1] ?? 0) as number;
  const both = params.linear(norm(params, x2, `${name}.norm3`, CROSS_EPS), `${name}.ff.net.0.proj`, 2 * hidden);
  const active = both.slice(1, 0, hidden).mul(geluErf(both.slice(1, hidden, hidden)));
  return x2.add(params.linear(active, `${name}.ff.net.2`, width));
}

function gated(params: Params, source: WeightSource, name: string, x: Value): Value {
  const hidden = source.get(`image_proj.${name}.fc1.weight`).shape[0] ?? 0;
  const active = params.linear(x, `image_proj.${name}.fc1`, hidden).gelu();
  return params.linear(active, `image_proj.${name}.fc2`, featureWidth(source));
}

/** Latents attend to the features and themselves, then a feed-forward; both steered by the time. */
function resamplerLayer(
  params: Params,
  source: WeightSource,
  name: string,
  x: Value,
  latents: Value,
  time: Value,
  heads: number,
): Value {
  const width = Number(latents.dim(1));
  const steer = params.linear(time, `${name}.2.1`, 4 * width);
  const [shiftA, scaleA, shiftF, scaleF] = [0, 1, 2, 3].map((i) => steer.slice(1, i * width, width)) as Four;
  const inner = source.get(`${name}.0.to_q.weight`).shape[0] ?? 0;
  const own = modulate(norm(params, latents, `${name}.0.norm2`, RESAMPLER_EPS), shiftA, scaleA);
  const seen = concat([norm(params, x, `${name}.0.norm1`, RESAMPLER_EPS), own], 0);
  const q = own.linear(params.get(`${name}.0.to_q.weight`, [inner, width]));
  const kv = seen.linear(params.get(`${name}.0.to_kv.weight`, [2 * inner, width]));
  const result = attended(q, kv.slice(1, 0, inner), kv.slice(1, inner, inner), heads);
  const after = latents.add(result.linear(params.get(`${name}.0.to_out.weight`, [width, inner])));
  const hidden = source.get(`${name}.1.1.weight`).shape[0] ?? 0;
  const into = modulate(norm(params, after, `${name}.1.0`, RESAMPLER_EPS), shiftF, scaleF);
  const active = geluErf(into.linear(params.get(`${name}.1.1.weight`, [hidden, width])));
  return after.add(active.linear(params.get(`${name}.1.3.weight`, [width, hidden])));
}

type Four = [Value, Value, Value, Value];

/** softmax(q·kᵀ/√d)·v by heads; q [n, H·d], k and v [m, H·d] → [n, H·d]. */
function attended(q: Value, k: Value, v: Value, heads: number): Value {
  const [qh, kh, vh] = [q, k, v].map((x) => splitHeads(x, heads).transpose([1, 0, 2])) as [Value, Value, Value];
  return mergeHeads(attention(qh, kh, vh, Number(qh.dim(2)) ** -0.5));
}

function norm(params: Params, x: Value, name: string, eps: number): Value {
  const width = [Number(x.dim(-1))];
  return layerNormAffine(x, params.get(`${name}.weight`, width), params.get(`${name}.bias`, width), eps);
}

/** Numbered parts below a name. */
export function countOf(source: WeightSource, prefix: string): number {
  const from = `${prefix}.`;
  const indices = source
    .names()
    .map((name) => (name.startsWith(from) ? Number(name.slice(from.length).split(".")[0]) : -1));
  return Math.max(-1, ...indices.filter(Number.isInteger)) + 1;
}
