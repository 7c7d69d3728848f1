/** Sizes of a FLUX transformer from its tensors alone, for single files that carry no configuration. */
import { EditError } from "../../errors.ts";
import type { WeightSource } from "../weights/source.ts";
import type { FluxConfig } from "./flux-config.ts";

/** `ropeAxes` cannot be read from tensors; every published FLUX.1 has 16, 56, 56. Throws `checkpoint-invalid`. */
export function inferFluxConfig(source: WeightSource, ropeAxes: FluxConfig["ropeAxes"] = [16, 56, 56]): FluxConfig {
  const size = (name: string, axis: number) => source.get(name).shape[axis] ?? 0;
  const headDim = size("transformer_blocks.0.attn.norm_q.weight", 0);
  const width = size("x_embedder.weight", 0);
  if (headDim === 0 || width % headDim !== 0) {
    const found = `${width} features and heads of ${headDim}`;
    throw new EditError("checkpoint-invalid", `${source.path}: expected a width that its heads divide, found ${found}`);
  }
  return {
    inChannels: size("x_embedder.weight", 1),
    outChannels: size("proj_out.weight", 0),
    doubles: countBlocks(source, "transformer_blocks"),
    singles: countBlocks(source, "single_transformer_blocks"),
    heads: width / headDim,
    headDim,
    textWidth: size("context_embedder.weight", 1),
    pooledWidth: size("time_text_embed.text_embedder.linear_1.weight", 1),
    guidance: source.has("time_text_embed.guidance_embedder.linear_1.weight"),
    ropeAxes,
  };
}

function countBlocks(source: WeightSource, prefix: string): number {
  const indices = source.names().map((name) => (name.startsWith(`${prefix}.`) ? Number(name.split(".")[1]) : -1));
  return Math.max(-1, ...indices) + 1;
}
