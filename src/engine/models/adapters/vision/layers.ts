/** What the vision towers share: patches as tokens and the pre-norm transformer layer. Tokens are [n, width]. */
import type { Value } from "../../../graph/value.ts";
import { attention, layerNormAffine, mergeHeads, splitHeads } from "../../../nn/layers.ts";
import type { Params } from "../../../nn/params.ts";

export interface LayerSizes {
  readonly width: number;
  readonly heads: number;
  readonly hidden: number;
  readonly eps: number;
  activation(x: Value): Value;
}

/** [1, 3, S, S] → [(S/p)², width]; pixels beyond whole patches are left out. */
export function patches(params: Params, pixels: Value, name: string, width: number, patch: number): Value {
  const kernel = params.get(`${name}.weight`, [width, 3, patch, patch]);
  const bias = params.has(`${name}.bias`) ? params.get(`${name}.bias`, [width]) : undefined;
  const planes = pixels.conv(kernel, bias, { stride: patch, pads: [0, 0, 0, 0] }); // [1, width, g, g]
  return planes.reshape([width, Number(planes.dim(2)) * Number(planes.dim(3))]).transpose([1, 0]);
}

export function norm(params: Params, x: Value, name: string, eps: number): Value {
  const width = [Number(x.dim(-1))];
  return layerNormAffine(x, params.get(`${name}.weight`, width), params.get(`${name}.bias`, width), eps);
}

/** Self-attention over all tokens, no mask; `q`, `k`, `v`, `out` are names of linears. */
export function selfAttention(
  params: Params,
  x: Value,
  names: Readonly<Record<"q" | "k" | "v" | "out", string>>,
  { width, heads }: LayerSizes,
): Value {
  const [q, k, v] = [names.q, names.k, names.v].map((name) =>
    splitHeads(params.linear(x, name, width), heads).transpose([1, 0, 2]),
  ) as [Value, Value, Value]; // one per name
  return params.linear(mergeHeads(attention(q, k, v, (width / heads) ** -0.5)), names.out, width);
}

/** A layer under the names that CLIP and SigLIP share. */
export function encoderLayer(params: Params, x: Value, name: string, sizes: LayerSizes): Value {
  const [q, k, v, out] = ["q", "k", "v", "out"].map((part) => `${name}.self_attn.${part}_proj`);
  const names = { q, k, v, out } as Record<"q" | "k" | "v" | "out", string>; // one per part
  const x1 = x.add(selfAttention(params, norm(params, x, `${name}.layer_norm1`, sizes.eps), names, sizes));
  return x1.add(mlp(params, norm(params, x1, `${name}.layer_norm2`, sizes.eps), `${name}.mlp`, sizes));
}

export function mlp(params: Params, x: Value, name: string, { width, hidden, activation }: LayerSizes): Value {
  return params.linear(activation(params.linear(x, `${name}.fc1`, hidden)), `${name}.fc2`, width);
}
