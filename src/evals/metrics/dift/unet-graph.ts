/** Stable Diffusion's UNet as far as an upward block whose output serves as features. */
import { dimMul } from "../../../engine/graph/dim.ts";
import { concat, input, type Value } from "../../../engine/graph/value.ts";
import { silu } from "../../../engine/nn/layers.ts";
import type { Params } from "../../../engine/nn/params.ts";
import { UnetBlocks } from "./unet-blocks.ts";
import type { UnetConfig } from "./unet-config.ts";

/** What each side of the latents must be a multiple of. */
export function latentUnit({ block_out_channels: channels }: UnetConfig): number {
  return 2 ** (channels.length - 1);
}

/**
 * Inputs `latents` [1, C, u·h, u·w] (noisy, scaled), `time` [1, C₀] (`timeWaves`) and `text` [S, X]; output what the
 * upward block `index`, counted from 0, hands on, its upsampling included.
 */
export function unetFeatures(params: Params, config: UnetConfig, index: number): Value {
  const [first = 0] = config.block_out_channels;
  const unit = latentUnit(config);
  const latents = input("latents", [1, config.in_channels, dimMul("h", unit), dimMul("w", unit)]);
  const time = timeEmbedding(params, input("time", [1, first]), 4 * first);
  const net = new UnetBlocks(params, config, silu(time), input("text", ["S", config.cross_attention_dim]));
  const skips = downward(net, net.conv(latents, "conv_in", first), config);
  const deepest = middle(net, skips.at(-1) as Value, config); // conv_in's at least
  return upward(net, deepest, skips, config, index);
}

/** cos and sin of t over the frequencies 10000^(−i/half), the cosines first. [1, width] */
export function timeWaves(t: number, width: number): Float32Array {
  const half = width / 2;
  const angles = Array.from({ length: half }, (_, i) => t * Math.exp((-Math.log(10_000) * i) / half));
  return Float32Array.from([...angles.map(Math.cos), ...angles.map(Math.sin)]);
}

function timeEmbedding(params: Params, waves: Value, width: number): Value {
  return params.linear(silu(params.linear(waves, "time_embedding.linear_1", width)), "time_embedding.linear_2", width);
}

/** What every step hands on, from the first; the upward blocks take them from the end. */
function downward(net: UnetBlocks, start: Value, config: UnetConfig): Value[] {
  const skips = [start];
  let x = start;
  for (const [i, width] of config.block_out_channels.entries()) {
    const name = `down_blocks.${i}`;
    const attends = config.down_block_types[i] === "CrossAttnDownBlock2D";
    for (let j = 0; j < config.layers_per_block; j++) {
      x = net.residual(x, `${name}.resnets.${j}`, width);
      if (attends) x = net.transformer(x, `${name}.attentions.${j}`, config.heads[i] ?? 1);
      skips.push(x);
    }
    if (i + 1 === config.block_out_channels.length) continue;
    x = net.down(x, `${name}.downsamplers.0.conv`);
    skips.push(x);
  }
  return skips;
}

function middle(net: UnetBlocks, x: Value, { heads }: UnetConfig): Value {
  const width = Number(x.dim(1));
  const attended = net.transformer(
    net.residual(x, "mid_block.resnets.0", width),
    "mid_block.attentions.0",
    heads.at(-1) ?? 1,
  );
  return net.residual(attended, "mid_block.resnets.1", width);
}

function upward(net: UnetBlocks, start: Value, skips: Value[], config: UnetConfig, last: number): Value {
  const [channels, heads] = [config.block_out_channels.toReversed(), config.heads.toReversed()];
  let x = start;
  for (const [i, width] of channels.slice(0, last + 1).entries()) {
    const name = `up_blocks.${i}`;
    for (let j = 0; j <= config.layers_per_block; j++) {
      const skip = skips.pop() as Value; // one for each layer, by construction
      x = net.residual(concat([x, skip], 1), `${name}.resnets.${j}`, width);
      if (config.up_block_types[i] === "CrossAttnUpBlock2D") {
        x = net.transformer(x, `${name}.attentions.${j}`, heads[i] ?? 1);
      }
    }
    if (i + 1 < channels.length) x = net.up(x, `${name}.upsamplers.0.conv`);
  }
  return x;
}
