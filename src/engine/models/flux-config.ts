/** Sizes of a FLUX transformer, from `transformer/config.json` (diffusers' names). */
import { z } from "zod";
import { EditError } from "../../errors.ts";
import { checkModelJson } from "./json.ts";

export interface FluxConfig {
  /** Channels of a packed token in and out: 64, or 384 in for a Fill-conditioned model. */
  readonly inChannels: number;
  readonly outChannels: number;
  readonly doubles: number;
  readonly singles: number;
  readonly heads: number;
  readonly headDim: number;
  /** Width of the text states and of the pooled text vector. */
  readonly textWidth: number;
  readonly pooledWidth: number;
  readonly guidance: boolean;
  readonly ropeAxes: readonly [number, number, number];
}

const size = z.number().int().positive();
const schema = z.object({
  in_channels: size,
  out_channels: size.nullish(),
  num_layers: z.number().int().min(1),
  num_single_layers: z.number().int().min(0),
  num_attention_heads: size,
  attention_head_dim: size,
  joint_attention_dim: size,
  pooled_projection_dim: size,
  guidance_embeds: z.boolean().default(false),
  axes_dims_rope: z.tuple([size, size, size]).default([16, 56, 56]),
});

/** Throws `checkpoint-invalid` naming the file and the field. */
export function parseFluxConfig(json: unknown, path: string): FluxConfig {
  const c = checkModelJson(schema, json, path);
  const config: FluxConfig = {
    inChannels: c.in_channels,
    outChannels: c.out_channels ?? 64,
    doubles: c.num_layers,
    singles: c.num_single_layers,
    heads: c.num_attention_heads,
    headDim: c.attention_head_dim,
    textWidth: c.joint_attention_dim,
    pooledWidth: c.pooled_projection_dim,
    guidance: c.guidance_embeds,
    ropeAxes: c.axes_dims_rope,
  };
  const rope = config.ropeAxes.reduce((a, b) => a + b, 0);
  if (rope !== config.headDim) {
    throw new EditError(
      "checkpoint-invalid",
      `${path}: expected axes_dims_rope to sum to ${config.headDim}, got ${rope}`,
    );
  }
  return config;
}

export function hiddenWidth(config: Pick<FluxConfig, "heads" | "headDim">): number {
  return config.heads * config.headDim;
}

/** Constant conditioning channels beside the noisy latents: 0, or 320 for a Fill-conditioned model. */
export function conditionChannels(config: FluxConfig): number {
  return config.inChannels - config.outChannels;
}
