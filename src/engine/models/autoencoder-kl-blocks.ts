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

/** What parts of a plane cannot do by themselves. */
export interface KlHooks {
  /** Takes the place of a group norm's statistics: x [1, C, H, W] → (x − mean)/deviation, before the affine part. */
  readonly normalise?: (x: Value, groups: number, eps: number, name: string) => Value;
  /** Takes the place of attention; q, k and v [1, H·W, C]. */
  readonly attend?: (q: Value, k: Value, v: Value) => Value;
}

/** Blocks of the encoder or the decoder: names are diffusers', below `prefix`. */
export class KlBlocks {
  readonly #params: Params;
  readonly #prefix: string;
  readonly #groups: number;
  readonly #hooks: KlHooks;

  constructor(params: Params, prefix: string, groups: number, hooks: KlHooks = {}) {
    this.#params = params;
    this.#prefix = prefix;
    this.#groups = groups;
    this.#hooks = hooks;
  }

  conv(x: Value, name: string, out: number, kernel: 1 | 3 = 3, how = kernel === 3 ? SAME : POINT): Value {
    const weight = this.#params.get(`${this.#prefix}.${name}.weight`, [out, Number(x.dim(1)), kernel, kernel]);
    return x.conv(weight, this.#params.get(`${this.#prefix}.${name}.bias`, [out]), how);
  }

  norm(x: Value, name: string): Value {
    const c = Number(x.dim(1));
    const gamma = this.#params.get(`${this.#prefix}.${name}.weight`, [c]);
    const beta = this.#params.get(`${this.#prefix}.${name}.bias`, [c]);
    const normal = this.#hooks.normalise?.(x, this.#groups, NORM_EPS, name);
    if (normal === undefined) return groupNorm(x, this.#groups, gamma, beta, NORM_EPS);
    return normal.mul(gamma.reshape([c, 1, 1])).add(beta.reshape([c, 1, 1]));
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
    const stack = (part: string) => project(part, tokens).reshape([1, dimMul(h, w), c]); // one head
    const [q, k, v] = [stack("to_q"), stack("to_k"), stack("to_v")];
    const attended = this.#hooks.attend?.(q, k, v) ?? attention(q, k, v, c ** -0.5);
    const out = project("to_out.0", attended.reshape([dimMul(h, w), c]));
    return x.add(out.transpose([1, 0]).reshape(x.shape));
  }
}
