/** Sizes of a T5 encoder, from `text_encoder_2/config.json`. */
import { z } from "zod";
import { checkModelJson } from "../models/json.ts";

const size = z.number().int().positive();
const schema = z.object({
  vocab_size: size,
  d_model: size,
  d_kv: size,
  d_ff: size,
  num_layers: size,
  num_heads: size,
  relative_attention_num_buckets: size.multipleOf(4).default(32),
  relative_attention_max_distance: size.default(128),
  layer_norm_epsilon: z.number().positive().default(1e-6),
  /** v1.1's form; the first T5 had a plain ReLU. */
  feed_forward_proj: z.literal("gated-gelu"),
});
export type T5Config = z.infer<typeof schema>;

/** Throws `checkpoint-invalid` naming file and field. */
export function parseT5Config(json: unknown, path: string): T5Config {
  return checkModelJson(schema, json, path);
}
