/** AutoencoderTiny (TAEF1, flux.md §2.4): a small stand-in for FLUX's autoencoder, for cheap previews. */
import { z } from "zod";
import { dimMul } from "../graph/dim.ts";
import { input, type Value } from "../graph/value.ts";
import { upsampleNearest } from "../nn/layers.ts";
import type { Params } from "../nn/params.ts";
import type { AutoencoderGraphs } from "./autoencoder.ts";
import { checkModelJson } from "./json.ts";

const counts = z.array(z.number().int().min(1)).min(2);
const size = z.number().int().positive();
const schema = z
  .object({
    in_channels: z.literal(3).default(3),
    out_channels: z.literal(3).default(3),
    latent_channels: size,
    encoder_block_out_channels: z.array(size).min(2),
    decoder_block_out_channels: z.array(size).min(2),
    num_encoder_blocks: counts,
    num_decoder_blocks: counts,
    act_fn: z.literal("relu").default("relu"),
    upsample_fn: z.literal("nearest").default("nearest"),
    upsampling_scaling_factor: z.literal(2).default(2),
    scaling_factor: z.number().positive().default(1),
    shift_factor: z
      .number()
      .nullish()
      .transform((shift) => shift ?? 0),
  })
  .refine(
    (c) =>
      c.encoder_block_out_channels.length === c.num_encoder_blocks.length &&
      c.decoder_block_out_channels.length === c.num_decoder_blocks.length,
    "Expected as many block counts as widths",
  );
export type TinyConfig = z.infer<typeof schema>;

/** Throws `checkpoint-invalid` for what this code does not compute. */
export function parseTinyConfig(json: unknown, path: string): TinyConfig {
  return checkModelJson(schema, json, path);
}

export function tinyGraphs(config: TinyConfig): AutoencoderGraphs {
  return {
    compression: compressionOf(config),
    latentChannels: config.latent_channels,
    scale: config.scaling_factor,
    shift: config.shift_factor,
    encoder: (params) => encoderGraph(params, config),
    decoder: (params) => decoderGraph(params, config),
  };
}

function compressionOf(config: TinyConfig): number {
  return 2 ** (config.num_encoder_blocks.length - 1);
}

/** Input `image` [1, 3, f·lh, f·lw] in −1…1; output latents [1, C, lh, lw]. */
function encoderGraph(params: Params, config: TinyConfig): Value {
  const scale = compressionOf(config);
  const net = new Sequence(params, "encoder.layers");
  let x = input("image", [1, 3, dimMul("lh", scale), dimMul("lw", scale)])
    .add(1)
    .mul(0.5);
  for (const [i, count] of config.num_encoder_blocks.entries()) {
    const width = config.encoder_block_out_channels[i] ?? 0;
    x = i === 0 ? net.conv(x, width) : net.conv(x, width, { stride: 2, bias: false });
    for (let j = 0; j < count; j++) x = net.block(x, width);
  }
  return net.conv(x, config.latent_channels);
}

/** Input `latent` [1, C, lh, lw]; output the picture [1, 3, f·lh, f·lw], not clamped. */
function decoderGraph(params: Params, config: TinyConfig): Value {
  const { num_decoder_blocks: blocks, decoder_block_out_channels: widths } = config;
  const net = new Sequence(params, "decoder.layers");
  const latent = input("latent", [1, config.latent_channels, "lh", "lw"]);
  let x = net.relu(
    net.conv(
      latent
        .mul(1 / LIMIT)
        .tanh()
        .mul(LIMIT),
      widths[0] ?? 0,
    ),
  );
  for (const [i, count] of blocks.entries()) {
    for (let j = 0; j < count; j++) x = net.block(x, widths[i] ?? 0);
    const last = i + 1 === blocks.length;
    x = last ? net.conv(x, 3) : net.conv(net.upsample(x), widths[i] ?? 0, { bias: false });
  }
  return x.mul(2).sub(1);
}

/** Latents are softly held within this, whatever the configuration's `latent_magnitude`. */
const LIMIT = 3;

/** Layers named by their place; those without tensors count too. */
class Sequence {
  readonly #params: Params;
  readonly #prefix: string;
  #next = 0;

  constructor(params: Params, prefix: string) {
    this.#params = params;
    this.#prefix = prefix;
  }

  conv(x: Value, out: number, { stride = 1, bias = true } = {}): Value {
    return this.#conv(x, `${this.#prefix}.${this.#next++}`, out, stride, bias);
  }

  relu(x: Value): Value {
    this.#next++;
    return x.relu();
  }

  upsample(x: Value): Value {
    this.#next++;
    return upsampleNearest(x);
  }

  /** Three convolutions beside the identity, ReLU after each. */
  block(x: Value, width: number): Value {
    const name = `${this.#prefix}.${this.#next++}`;
    const first = this.#conv(x, `${name}.conv.0`, width).relu();
    const second = this.#conv(first, `${name}.conv.2`, width).relu();
    const third = this.#conv(second, `${name}.conv.4`, width);
    const skip =
      x.dim(1) === width
        ? x
        : x.conv(this.#params.get(`${name}.skip.weight`, [width, Number(x.dim(1)), 1, 1]), undefined, {
            stride: 1,
            pads: [0, 0, 0, 0],
          });
    return third.add(skip).relu();
  }

  #conv(x: Value, name: string, out: number, stride = 1, bias = true): Value {
    const weight = this.#params.get(`${name}.weight`, [out, Number(x.dim(1)), 3, 3]);
    return x.conv(weight, bias ? this.#params.get(`${name}.bias`, [out]) : undefined, { stride, pads: [1, 1, 1, 1] });
  }
}
