/** Everything that depends on time, guidance and pooled text only, as a graph of its own: its outputs are inputs of the
 * block graphs, which takes the modulation weights (27 % of FLUX.1) out of every other pass. */
import { input, type Value } from "../graph/value.ts";
import { silu } from "../nn/layers.ts";
import type { Params } from "../nn/params.ts";
import { type FluxConfig, hiddenWidth } from "./flux-config.ts";

/** Outputs: `vec` [1, D], `mod.double.i.img|txt` [6, D] (shift1, scale1, gate1, shift2, scale2, gate2),
 * `mod.single.i` [3, D] (shift, scale, gate), `mod.final` [2, D] (scale, shift). */
export function modulationGraph(params: Params, config: FluxConfig): Record<string, Value> {
  const d = hiddenWidth(config);
  const vec = conditioningVector(params, config);
  const active = silu(vec);
  const chunk = (name: string, count: number) => params.linear(active, name, count * d).reshape([count, d]);
  const outputs: Record<string, Value> = { vec };
  for (let i = 0; i < config.doubles; i++) {
    outputs[`mod.double.${i}.img`] = chunk(`transformer_blocks.${i}.norm1.linear`, 6);
    outputs[`mod.double.${i}.txt`] = chunk(`transformer_blocks.${i}.norm1_context.linear`, 6);
  }
  for (let i = 0; i < config.singles; i++) {
    outputs[`mod.single.${i}`] = chunk(`single_transformer_blocks.${i}.norm.linear`, 3);
  }
  outputs["mod.final"] = chunk("norm_out.linear", 2);
  return outputs;
}

function conditioningVector(params: Params, config: FluxConfig): Value {
  const d = hiddenWidth(config);
  const mlp = (x: Value, name: string) => {
    const prefix = `time_text_embed.${name}`;
    return params.linear(silu(params.linear(x, `${prefix}.linear_1`, d)), `${prefix}.linear_2`, d);
  };
  const time = mlp(input("time", [1, 256]), "timestep_embedder");
  const text = mlp(input("pooled", [1, config.pooledWidth]), "text_embedder");
  if (!config.guidance) return time.add(text);
  return time.add(mlp(input("guidance", [1, 256]), "guidance_embedder")).add(text);
}
