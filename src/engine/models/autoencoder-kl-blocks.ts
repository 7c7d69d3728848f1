/** The blocks of AutoencoderKL (flux.md §2.2). */
import { type Dim, dimMul } from "../graph/dim.ts";
import type { Value } from "../graph/value.ts";
import { attention, groupNorm, silu, upsampleNearest } from "../nn/layers.ts";
import type { Params } from "../nn/params.ts";

const SAME = { stride: 1, pads: [1, 1, 1, 1] };
const POINT = { stride: 1, pads: [0, 0, 0, 0] };
/** Zeros on the right and below only. */
const HALVE = { stride: 2, pads: [0, 0, 1, 1] };
const NORM_EPS = 1e-6;

/** Blocks of the encoder or the decoder: names are diffusers', below `prefix`. */
export class KlBlocks {
  readonly #params: Params;
  readonly #prefix: string;
  readonly #groups: number;

  constructor(params: Params, prefix: string, groups: number) {
    this.#params = params;
    this.#prefix = prefix;
    this.#groups = groups;
  }

  conv(x: Value, name: string, out: number, kernel: 1 | 3 = 3, how = kernel === 3 ? SAME : POINT): Value {
    const weight = this.#params.get(`${this.#prefix}.${name}.weight`, [out, Number(x.dim(1)), kernel, kernel]);
    return x.conv(weight, this.#params.get(`${this.#prefix}.${name}.bias`, [out]), how);
  }

  norm(x: Value, name: string): Value {
    const c = Number(x.dim(1));
    const gamma = this.#params.get(`${this.#prefix}.${name}.weight`, [c]);
    return groupNorm(x, this.#groups, gamma, this.#params.get(`${this.#prefix}.${name}.bias`, [c]), NORM_EPS);
  }

  active(x: Value, name: string): Value {
    return silu(this.norm(x, name));
  }

  residual(x: Value, name: string, out: number): Value {
    const first = this.conv(this.active(x, `${name}.norm1`), `${name}.conv1`, out);
    const second = this.conv(this.active(first, `${name}.norm2`), `${name}.conv2`, out);
    return second.add(x.dim(1) === out ? x : this.conv(x, `${name}.conv_shortcut`, out, 1));
  }

  down(x: Value, name: string): Value {
    return this.conv(x, name, Number(x.dim(1)), 3, HALVE);
  }

  up(x: Value, name: string): Value {
    return this.conv(upsampleNearest(x), name, Number(x.dim(1)));
  }

  middle(x: Value): Value {
    const c = Number(x.dim(1));
    const attended = this.#attend(this.residual(x, "mid_block.resnets.0", c), "mid_block.attentions.0");
    return this.residual(attended, "mid_block.resnets.1", c);
  }

  /** Every place attends to every place, one head as wide as the channels. */
  #attend(x: Value, name: string): Value {
    const [, c, h, w] = x.shape as readonly [1, number, Dim, Dim]; // every block keeps this layout
    const tokens = this.norm(x, `${name}.group_norm`)
      .reshape([c, dimMul(h, w)])
      .transpose([1, 0]); // [h·w, C]
    const project = (part: string, from: Value) => this.#params.linear(from, `${this.#prefix}.${name}.${part}`, c);
    const [q, k, v] = [project("to_q", tokens), project("to_k", tokens), project("to_v", tokens)];
    const out = project("to_out.0", attention(q, k, v, c ** -0.5));
    return x.add(out.transpose([1, 0]).reshape(x.shape));
  }
}
