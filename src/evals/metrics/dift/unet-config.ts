/** Which UNet a folder's `config.json` describes: Stable Diffusion 2's kind of diffusers' UNet2DConditionModel. */
import { z } from "zod";
import { checkModelJson } from "../../../engine/models/json.ts";
import { EditError } from "../../../errors.ts";

const size = z.number().int().positive();
const schema = z.object({
  in_channels: size,
  sample_size: size,
  down_block_types: z.array(z.enum(["CrossAttnDownBlock2D", "DownBlock2D"])).min(2),
  up_block_types: z.array(z.enum(["CrossAttnUpBlock2D", "UpBlock2D"])).min(2),
  mid_block_type: z.literal("UNetMidBlock2DCrossAttn").default("UNetMidBlock2DCrossAttn"),
  block_out_channels: z.array(size).min(2),
  layers_per_block: size,
  cross_attention_dim: size,
  attention_head_dim: z.union([size, z.array(size)]),
  norm_num_groups: size.default(32),
  norm_eps: z.number().positive().default(1e-5),
  act_fn: z.literal("silu").default("silu"),
  use_linear_projection: z.literal(true),
  flip_sin_to_cos: z.literal(true).default(true),
  freq_shift: z.literal(0).default(0),
  transformer_layers_per_block: z.literal(1).default(1),
  class_embed_type: z.null().default(null),
  addition_embed_type: z.null().default(null),
  only_cross_attention: z.literal(false).default(false),
  dual_cross_attention: z.literal(false).default(false),
});

export interface UnetConfig extends z.infer<typeof schema> {
  /** Of every level, from the finest. `attention_head_dim` is a number of heads in spite of its name. */
  readonly heads: readonly number[];
}

/** Throws `checkpoint-invalid` for what this code does not compute. */
export function parseUnetConfig(json: unknown, path: string): UnetConfig {
  const config = checkModelJson(schema, json, path);
  const { block_out_channels: channels, attention_head_dim: named } = config;
  const levels = channels.length;
  const lists = [config.down_block_types, config.up_block_types, ...(Array.isArray(named) ? [named] : [])];
  const odd = lists.find((list) => list.length !== levels);
  if (odd === undefined) return { ...config, heads: Array.isArray(named) ? named : channels.map(() => named) };
  throw new EditError("checkpoint-invalid", `${path}: expected lists of ${levels} levels, found one of ${odd.length}`);
}
