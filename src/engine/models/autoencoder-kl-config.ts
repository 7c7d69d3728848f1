/** Sizes of an AutoencoderKL: from its configuration, or from its tensors. */
import { z } from "zod";
import { EditError } from "../../errors.ts";
import type { WeightSource } from "../weights/source.ts";
import { checkModelJson } from "./json.ts";

const size = z.number().int().positive();
const schema = z.object({
  in_channels: z.literal(3).default(3),
  out_channels: z.literal(3).default(3),
  latent_channels: size,
  block_out_channels: z.array(size).min(2),
  layers_per_block: size,
  norm_num_groups: size.default(32),
  act_fn: z.literal("silu").default("silu"),
  mid_block_add_attention: z.literal(true).default(true),
  use_quant_conv: z.literal(false),
  use_post_quant_conv: z.literal(false),
  scaling_factor: z.number().positive(),
  shift_factor: z
    .number()
    .nullish()
    .transform((shift) => shift ?? 0),
  latents_mean: z.null().default(null),
  latents_std: z.null().default(null),
});
export type KlConfig = z.infer<typeof schema>;

/** Throws `checkpoint-invalid` for what this code does not compute. */
export function parseKlConfig(json: unknown, path: string): KlConfig {
  const config = checkModelJson(schema, json, path);
  const uneven = config.block_out_channels.find((channels) => channels % config.norm_num_groups !== 0);
  if (uneven === undefined) return config;
  const problem = `expected norm_num_groups that divide ${uneven} channels, found ${config.norm_num_groups}`;
  throw new EditError("checkpoint-invalid", `${path}: ${problem}`);
}

/** Sizes from the tensors alone, for FLUX's single file. Group count and scaling are FLUX's where `known` has no others. */
export function inferKlConfig(source: WeightSource, known: Partial<KlConfig> = {}): KlConfig {
  const channels: number[] = [];
  const block = (level: number, layer: number) => `encoder.down_blocks.${level}.resnets.${layer}.conv1.weight`;
  while (source.has(block(channels.length, 0))) channels.push(source.get(block(channels.length, 0)).shape[0] ?? 0);
  let layers = 0;
  while (source.has(block(0, layers))) layers++;
  const json = {
    latent_channels: source.get("decoder.conv_in.weight").shape[1],
    block_out_channels: channels,
    layers_per_block: layers,
    use_quant_conv: source.has("quant_conv.weight"),
    use_post_quant_conv: source.has("post_quant_conv.weight"),
    scaling_factor: 0.3611,
    shift_factor: 0.1159,
    ...known,
  };
  return parseKlConfig(json, source.path);
}
