/** AutoencoderDC with residual blocks (flux.md §2.5): picture ↔ latents at 1/2^(levels−1). */
import { z } from "zod";
import { type Dim, dimDiv, dimMul } from "../graph/dim.ts";
import { input, type Value } from "../graph/value.ts";
import { silu } from "../nn/layers.ts";
import type { Params } from "../nn/params.ts";
import type { AutoencoderGraphs } from "./autoencoder.ts";
import { checkModelJson } from "./json.ts";

const levels = z.array(z.number().int().nonnegative()).min(2);
const residual = z.union([z.literal("ResBlock"), z.array(z.literal("ResBlock"))]);
const schema = z.object({
  in_channels: z.literal(3).default(3),
  latent_channels: z.number().int().positive(),
  encoder_block_types: residual,
  decoder_block_types: residual,
  encoder_block_out_channels: levels,
  decoder_block_out_channels: levels,
  encoder_layers_per_block: levels,
  decoder_layers_per_block: levels,
  downsample_block_type: z.literal("pixel_unshuffle"),
  upsample_block_type: z.literal("pixel_shuffle"),
  encoder_out_shortcut: z.boolean().default(true),
  decoder_in_shortcut: z.boolean().default(true),
  decoder_conv_act_fn: z.enum(["silu", "relu"]).default("relu"),
  scaling_factor: z.number().positive(),
});
export type DcConfig = z.infer<typeof schema>;

/** Throws `checkpoint-invalid` for what this code does not compute (attention blocks, other resampling). */
export function parseDcConfig(json: unknown, path: string): DcConfig {
  return checkModelJson(schema, json, path);
}

export function dcGraphs(config: DcConfig): AutoencoderGraphs {
  return {
    compression: compressionOf(config),
    latentChannels: config.latent_channels,
    scale: config.scaling_factor,
    shift: 0,
    encoder: (params) => encoderGraph(params, config),
    decoder: (params) => decoderGraph(params, config),
  };
}

function compressionOf(config: DcConfig): number {
  return 2 ** (config.encoder_block_out_channels.length - 1);
}

const SAME = { stride: 1, pads: [1, 1, 1, 1] };
const RMS_EPS = 1e-5;

/** Input `image` [1, 3, f·lh, f·lw] in −1…1; output the raw latent [1, C, lh, lw]. */
function encoderGraph(params: Params, config: DcConfig): Value {
  const channels = config.encoder_block_out_channels;
  const layers = config.encoder_layers_per_block;
  const scale = compressionOf(config);
  const net = new DcBlocks(params, "encoder");
  const image = input("image", [1, config.in_channels, dimMul("lh", scale), dimMul("lw", scale)]);
  let x =
    layers[0] === 0 ? net.down(image, "conv_in", at(channels, 1), false) : net.conv(image, "conv_in", at(channels, 0));
  for (const [i, count] of layers.entries()) {
    for (let j = 0; j < count; j++) x = net.residual(x, `down_blocks.${i}.${j}`);
    if (i + 1 < layers.length && count > 0) x = net.down(x, `down_blocks.${i}.${count}`, at(channels, i + 1), true);
  }
  const out = net.conv(x, "conv_out", config.latent_channels);
  return config.encoder_out_shortcut ? out.add(groupMeans(x, config.latent_channels)) : out;
}

/** Input `latent` [1, C, lh, lw], unscaled; output the picture [1, 3, f·lh, f·lw], not clamped. */
function decoderGraph(params: Params, config: DcConfig): Value {
  const channels = config.decoder_block_out_channels;
  const layers = config.decoder_layers_per_block;
  const net = new DcBlocks(params, "decoder");
  const latent = input("latent", [1, config.latent_channels, "lh", "lw"]);
  const last = at(channels, channels.length - 1);
  let x = net.conv(latent, "conv_in", last);
  if (config.decoder_in_shortcut) x = x.add(repeated(latent, last));
  for (let i = layers.length - 1; i >= 0; i--) {
    const count = layers[i] ?? 0;
    const rises = i + 1 < layers.length && count > 0;
    if (rises) x = net.up(x, `up_blocks.${i}.0`, at(channels, i), true);
    for (let j = 0; j < count; j++) x = net.residual(x, `up_blocks.${i}.${j + (rises ? 1 : 0)}`);
  }
  const normal = net.norm(x, "norm_out");
  const active = config.decoder_conv_act_fn === "silu" ? silu(normal) : normal.relu();
  const direct = (layers[0] ?? 0) > 0;
  return direct
    ? net.conv(active, "conv_out", config.in_channels)
    : net.up(active, "conv_out", config.in_channels, false);
}

function at(channels: readonly number[], level: number): number {
  return channels[level] ?? 0;
}

class DcBlocks {
  readonly #params: Params;
  readonly #prefix: string;

  constructor(params: Params, prefix: string) {
    this.#params = params;
    this.#prefix = prefix;
  }

  conv(x: Value, name: string, out: number, bias = true): Value {
    const weight = this.#params.get(`${this.#prefix}.${name}.weight`, [out, channelsOf(x), 3, 3]);
    return x.conv(weight, bias ? this.#params.get(`${this.#prefix}.${name}.bias`, [out]) : undefined, SAME);
  }

  /** RMS over channels with weight and bias. */
  norm(x: Value, name: string): Value {
    const c = channelsOf(x);
    const scale = this.#params.get(`${this.#prefix}.${name}.weight`, [c]).reshape([c, 1, 1]);
    const shift = this.#params.get(`${this.#prefix}.${name}.bias`, [c]).reshape([c, 1, 1]);
    return x
      .div(x.mul(x).mean([1]).add(RMS_EPS).sqrt())
      .mul(scale)
      .add(shift);
  }

  residual(x: Value, name: string): Value {
    const c = channelsOf(x);
    return x.add(
      this.norm(this.conv(silu(this.conv(x, `${name}.conv1`, c)), `${name}.conv2`, c, false), `${name}.norm`),
    );
  }

  down(x: Value, name: string, out: number, shortcut: boolean): Value {
    const y = pixelUnshuffle(this.conv(x, `${name}.conv`, out / 4));
    return shortcut ? y.add(groupMeans(pixelUnshuffle(x), out)) : y;
  }

  up(x: Value, name: string, out: number, shortcut: boolean): Value {
    const y = this.conv(x, `${name}.conv`, 4 * out);
    return pixelShuffle(shortcut ? y.add(repeated(x, 4 * out)) : y);
  }
}

function channelsOf(x: Value): number {
  return Number(x.dim(1));
}

/** [1, C, H, W] → [1, out, H, W]: means over runs of C/out consecutive channels. */
function groupMeans(x: Value, out: number): Value {
  const [, c, h, w] = x.shape as readonly [1, number, Dim, Dim]; // as the docstring says
  return c === out
    ? x
    : x
        .reshape([out, c / out, h, w])
        .mean([1])
        .reshape([1, out, h, w]);
}

/** [1, C, H, W] → [1, out, H, W]: every channel repeated out/C times in a row. */
function repeated(x: Value, out: number): Value {
  const [, c, h, w] = x.shape as readonly [1, number, Dim, Dim]; // as the docstring says
  return x
    .reshape([c, 1, h, w])
    .expand([c, out / c, h, w])
    .reshape([1, out, h, w]);
}

/** [1, C, 2H, 2W] → [1, 4C, H, W], channel 4·c + 2·dy + dx. */
function pixelUnshuffle(x: Value): Value {
  const [, c, h, w] = x.shape as readonly [1, number, Dim, Dim]; // as the docstring says
  const [halfH, halfW] = [dimDiv(h, 2), dimDiv(w, 2)];
  return x
    .reshape([c, halfH, 2, halfW, 2])
    .transpose([0, 2, 4, 1, 3]) // [C, dy, dx, H, W]
    .reshape([1, 4 * c, halfH, halfW]);
}

/** The inverse of pixelUnshuffle. */
function pixelShuffle(x: Value): Value {
  const [, c, h, w] = x.shape as readonly [1, number, Dim, Dim]; // as the docstring says
  return x
    .reshape([c / 4, 2, 2, h, w])
    .transpose([0, 3, 1, 4, 2]) // [C, H, dy, W, dx]
    .reshape([1, c / 4, dimMul(h, 2), dimMul(w, 2)]);
}
