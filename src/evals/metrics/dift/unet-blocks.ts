/** The blocks of Stable Diffusion's UNet (Rombach et al., CVPR 2022) under diffusers' names. Maps are [1, C, H, W]. */
import { type Dim, dimMul } from "../../../engine/graph/dim.ts";
import { concat, type Value } from "../../../engine/graph/value.ts";
import {
  attention,
  geluErf,
  groupNorm,
  layerNormAffine,
  mergeHeads,
  silu,
  splitHeads,
  upsampleNearest,
} from "../../../engine/nn/layers.ts";
import type { Params } from "../../../engine/nn/params.ts";
import type { UnetConfig } from "./unet-config.ts";

const SAME = { stride: 1, pads: [1, 1, 1, 1] };
const HALVE = { stride: 2, pads: [1, 1, 1, 1] };
const POINT = { stride: 1, pads: [0, 0, 0, 0] };
/** Of the norm before the attention; the residual blocks' is the configuration's. */
const ATTENTION_EPS = 1e-6;
const LAYER_EPS = 1e-5;

export class UnetBlocks {
  readonly #params: Params;
  readonly #config: UnetConfig;
  /** [1, T], activated. */
  readonly #time: Value;
  /** [S, X]. */
  readonly #text: Value;

  constructor(params: Params, config: UnetConfig, time: Value, text: Value) {
    [this.#params, this.#config, this.#time, this.#text] = [params, config, time, text];
  }

  conv(x: Value, name: string, out: number, kernel: 1 | 3 = 3, how = kernel === 3 ? SAME : POINT): Value {
    const weight = this.#params.get(`${name}.weight`, [out, Number(x.dim(1)), kernel, kernel]);
    return x.conv(weight, this.#params.get(`${name}.bias`, [out]), how);
  }

  down(x: Value, name: string): Value {
    return this.conv(x, name, Number(x.dim(1)), 3, HALVE);
  }

  up(x: Value, name: string): Value {
    return this.conv(upsampleNearest(x), name, Number(x.dim(1)));
  }

  /** Two convolutions, the time added between them. */
  residual(x: Value, name: string, out: number): Value {
    const first = this.conv(silu(this.#norm(x, `${name}.norm1`)), `${name}.conv1`, out);
    const time = this.#params.linear(this.#time, `${name}.time_emb_proj`, out).reshape([1, out, 1, 1]);
    const second = this.conv(silu(this.#norm(first.add(time), `${name}.norm2`)), `${name}.conv2`, out);
    return second.add(x.dim(1) === out ? x : this.conv(x, `${name}.conv_shortcut`, out, 1));
  }

  /** Places attend to each other and to the text. */
  transformer(x: Value, name: string, heads: number): Value {
    const [, c, h, w] = x.shape as readonly [1, number, Dim, Dim]; // every block keeps this layout
    const rows = this.#norm(x, `${name}.norm`, ATTENTION_EPS)
      .reshape([c, dimMul(h, w)])
      .transpose([1, 0]); // [h·w, C]
    const block = `${name}.transformer_blocks.0`;
    let tokens = this.#params.linear(rows, `${name}.proj_in`, c);
    const own = this.#layerNorm(tokens, `${block}.norm1`);
    tokens = tokens.add(this.#attend(own, own, `${block}.attn1`, heads));
    tokens = tokens.add(this.#attend(this.#layerNorm(tokens, `${block}.norm2`), this.#text, `${block}.attn2`, heads));
    tokens = tokens.add(this.#feedForward(this.#layerNorm(tokens, `${block}.norm3`), `${block}.ff.net`));
    const out = this.#params.linear(tokens, `${name}.proj_out`, c);
    return x.add(out.transpose([1, 0]).reshape(x.shape));
  }

  #norm(x: Value, name: string, eps = this.#config.norm_eps): Value {
    const c = Number(x.dim(1));
    const [gamma, beta] = [this.#params.get(`${name}.weight`, [c]), this.#params.get(`${name}.bias`, [c])];
    return groupNorm(x, this.#config.norm_num_groups, gamma, beta, eps);
  }

  #layerNorm(x: Value, name: string): Value {
    const c = Number(x.dim(1));
    const [gamma, beta] = [this.#params.get(`${name}.weight`, [c]), this.#params.get(`${name}.bias`, [c])];
    return layerNormAffine(x, gamma, beta, LAYER_EPS);
  }

  #attend(x: Value, to: Value, name: string, heads: number): Value {
    const width = Number(x.dim(1));
    const project = (from: Value, part: string) => {
      const weight = this.#params.get(`${name}.${part}.weight`, [width, Number(from.dim(1))]);
      return splitHeads(from.linear(weight), heads).transpose([1, 0, 2]); // [H, S, d]
    };
    const [q, k, v] = [project(x, "to_q"), project(to, "to_k"), project(to, "to_v")];
    return this.#params.linear(headByHead(q, k, v, heads), `${name}.to_out.0`, width);
  }

  /** GEGLU: one half of the features gates the other. */
  #feedForward(x: Value, name: string): Value {
    const width = Number(x.dim(1));
    const both = this.#params.linear(x, `${name}.0.proj`, 8 * width);
    const gated = both.slice(1, 0, 4 * width).mul(geluErf(both.slice(1, 4 * width, 4 * width)));
    return this.#params.linear(gated, `${name}.2`, width);
  }
}

/** One head after the other: the scores of a fine level, places squared, are what takes the memory. → [S, H·d] */
function headByHead(q: Value, k: Value, v: Value, heads: number): Value {
  const scale = Number(q.dim(2)) ** -0.5;
  const out = Array.from({ length: heads }, (_, head) => {
    const [qh, kh, vh] = [q.slice(0, head, 1), k.slice(0, head, 1), v.slice(0, head, 1)];
    return attention(qh, kh, vh, scale);
  });
  return mergeHeads(heads === 1 ? (out[0] as Value) : concat(out, 0)); // there is one
}
