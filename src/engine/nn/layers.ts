/** Small graph functions named as in the papers. Token arrays are 2-D, [tokens, features]; heads are [H, tokens, d].
 * Glossary: q k v queries, keys, values; img txt image and text stream; pe rotary position tables; vec conditioning. */
import { type Dim, dimMul } from "../graph/dim.ts";
import type { Value } from "../graph/value.ts";

/** (1 + scale)⊙x + shift, the adaptive layer norm's second half. */
export function modulate(x: Value, shift: Value, scale: Value): Value {
  return x.mul(scale.add(1)).add(shift);
}

/** x·(mean(x²) + eps)^−½·γ over the last axis. */
export function rmsNorm(x: Value, gamma: Value, eps: number): Value {
  return x.rmsUnit(eps).mul(gamma);
}

/** γ·x/(√mean(x²) + eps): InstantCharacter's form, eps outside the root. */
export function rmsNormOuterEps(x: Value, gamma: Value, eps: number): Value {
  return x.div(x.mul(x).mean([-1]).sqrt().add(eps)).mul(gamma);
}

export function layerNormAffine(x: Value, gamma: Value, beta: Value, eps: number): Value {
  return x.layerNorm(eps).mul(gamma).add(beta);
}

/** GroupNorm of [1, C, H, W] with an affine part. */
export function groupNorm(x: Value, groups: number, gamma: Value, beta: Value, eps: number): Value {
  const [n, c, h, w] = x.shape as readonly [Dim, number, Dim, Dim]; // as the docstring asks
  const grouped = x.reshape([n, groups, dimMul(c / groups, dimMul(h, w))]);
  const centred = grouped.sub(grouped.mean([-1]));
  const normal = centred.div(centred.mul(centred).mean([-1]).add(eps).sqrt()).reshape(x.shape);
  return normal.mul(gamma.reshape([c, 1, 1])).add(beta.reshape([c, 1, 1]));
}

export function silu(x: Value): Value {
  return x.mul(x.sigmoid());
}

export function quickGelu(x: Value): Value {
  return x.mul(x.mul(1.702).sigmoid());
}

/** 0.5·x·(1 + erf(x/√2)). */
export function geluErf(x: Value): Value {
  return x.mul(x.mul(Math.SQRT1_2).erf().add(1)).mul(0.5);
}

/** [tokens, H·d] → [tokens, H, d]. */
export function splitHeads(x: Value, heads: number): Value {
  return x.reshape([x.dim(0), heads, Number(x.dim(1)) / heads]); // [S, H, d]
}

/** [H, tokens, d] → [tokens, H·d]. */
export function mergeHeads(x: Value): Value {
  const [h, tokens, d] = x.shape as readonly [number, number | string, number];
  return x.transpose([1, 0, 2]).reshape([tokens, h * d]); // [S, D]
}

/** softmax(scale·q·kᵀ + bias)·v; q [H, S, d], k and v [H, S', d], bias what broadcasts to [H, S, S']. */
export function attention(q: Value, k: Value, v: Value, scale: number, bias?: Value): Value {
  const last = k.rank - 1;
  const kT = k.transpose([...k.shape.keys()].map((axis) => (axis < last - 1 ? axis : 2 * last - 1 - axis)));
  const scores = q.mul(scale).matmul(kT);
  return (bias === undefined ? scores : scores.add(bias)).attend(v);
}

/** Rows · planes · columnsᵀ: any separable resampling. planes [C, h, w], rows [H, h], columnsT [w, W] → [C, H, W]. */
export function resample(planes: Value, rows: Value, columnsT: Value): Value {
  return rows.matmul(planes).matmul(columnsT);
}

/** [1, C, H, W] → [1, C, 2H, 2W], every pixel four times. */
export function upsampleNearest(x: Value): Value {
  const [, c, h, w] = x.shape as readonly [1, number, Dim, Dim]; // as the docstring asks
  return x
    .reshape([c, h, 1, w, 1])
    .expand([c, h, 2, w, 2])
    .reshape([1, c, dimMul(h, 2), dimMul(w, 2)]);
}

/** Packed tokens [h·w, 4·C] → planes [C, 2h, 2w] by the rule (c, dy, dx) of the latents' packing. */
export function unpack(tokens: Value, h: number | string, w: number | string): Value {
  const channels = Number(tokens.dim(-1)) / 4;
  return tokens
    .reshape([h, w, channels, 2, 2])
    .transpose([2, 0, 3, 1, 4]) // [C, h, dy, w, dx]
    .reshape([channels, dimMul(h, 2), dimMul(w, 2)]);
}

/** weight·Σ|mask⊙(x − target)|: with weight γ/N the masked L1 mean over N elements. Scalar of shape []. */
export function maskedL1(x: Value, target: Value, mask: Value, weight: Value): Value {
  const residual = x.sub(target).mul(mask);
  return residual
    .absoluteSum([...x.shape.keys()])
    .reshape([])
    .mul(weight);
}
