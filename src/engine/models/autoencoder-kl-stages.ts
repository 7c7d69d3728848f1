/** AutoencoderKL in stages (flux.md §2.2): what lies between picture and middle, and the middle, either way. */
import { type Dim, dimMul } from "../graph/dim.ts";
import { input, type Value } from "../graph/value.ts";
import type { Params } from "../nn/params.ts";
import { KlBlocks, type KlHooks } from "./autoencoder-kl-blocks.ts";
import type { KlConfig } from "./autoencoder-kl-config.ts";

export function compressionOf(config: KlConfig): number {
  return 2 ** (config.block_out_channels.length - 1);
}

export function klBlocks(half: "encoder" | "decoder", params: Params, config: KlConfig, hooks: KlHooks = {}): KlBlocks {
  return new KlBlocks(params, half, config.norm_num_groups, hooks);
}

export function imageInput(config: KlConfig): Value {
  const scale = compressionOf(config);
  return input("image", [1, 3, dimMul("lh", scale), dimMul("lw", scale)]);
}

export function latentInput(config: KlConfig): Value {
  return input("latent", [1, config.latent_channels, "lh", "lw"] satisfies Dim[]);
}

/** Picture → [1, C, lh, lw], the encoder up to its middle. */
export function encoderDown(net: KlBlocks, config: KlConfig, image: Value): Value {
  const { block_out_channels: channels, layers_per_block: layers } = config;
  let x = net.conv(image, "conv_in", channels[0] ?? 0);
  for (const [i, width] of channels.entries()) {
    for (let j = 0; j < layers; j++) x = net.residual(x, `down_blocks.${i}.resnets.${j}`, width);
    if (i + 1 < channels.length) x = net.down(x, `down_blocks.${i}.downsamplers.0.conv`);
  }
  return x;
}

export function encoderEnd(net: KlBlocks, { latent_channels: latent }: KlConfig, x: Value) {
  const moments = net.conv(net.active(net.middle(x), "conv_norm_out"), "conv_out", 2 * latent);
  return { mean: moments.slice(1, 0, latent), logvar: moments.slice(1, latent, latent) };
}

/** Latent → [1, C, lh, lw], the decoder's middle included. */
export function decoderBegin(net: KlBlocks, { block_out_channels: channels }: KlConfig, latent: Value): Value {
  return net.middle(net.conv(latent, "conv_in", channels.at(-1) ?? 0));
}

export function decoderUp(net: KlBlocks, config: KlConfig, middle: Value): Value {
  const channels = config.block_out_channels.toReversed();
  let x = middle;
  for (const [i, width] of channels.entries()) {
    // One layer more than the encoder has.
    for (let j = 0; j <= config.layers_per_block; j++) x = net.residual(x, `up_blocks.${i}.resnets.${j}`, width);
    if (i + 1 < channels.length) x = net.up(x, `up_blocks.${i}.upsamplers.0.conv`);
  }
  return net.conv(net.active(x, "conv_norm_out"), "conv_out", 3);
}
