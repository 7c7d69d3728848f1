/** Everything that depends on time, guidance and pooled text only, as a graph of its own: its outputs are inputs of the
 * block graphs, which takes the modulation weights (27 % of FLUX.1) out of every other pass. */
import { input, type Value } from "../graph/value.ts";
import { silu } from "../nn/layers.ts";
import type { Params } from "../nn/params.ts";
import { type FluxConfig, hiddenWidth } from "./flux-config.ts";

/** Outputs: `vec` [1, D], `mod.double.i.img|txt` [6, D] (shift1, scale1, gate1, shift2, scale2, gate2),
 * `mod.single.i` [3, D] (shift, scale, gate), `mod.final` [2, D] (scale, shift). */
export function modulationGraph(params: Params, config: FluxConfig): Record<string, Value> {
  const vec = conditioningVector(params, config);
  const active = silu(vec);
  const outputs: Record<string, Value> = { vec };
  for (const part of modulatedParts(config)) Object.assign(outputs, partModulation(params, config, part, active));
  return outputs;
}

/** What has modulation vectors of its own, in the order of the forward pass. */
export interface ModulatedPart {
  readonly kind: "double" | "single" | "final";
  readonly index: number;
}

function modulatedParts({ doubles, singles }: FluxConfig): ModulatedPart[] {
  const each = (kind: "double" | "single", count: number) =>
    Array.from({ length: count }, (_, index) => ({ kind, index }));
  return [...each("double", doubles), ...each("single", singles), { kind: "final", index: 0 }];
}

/** One part's outputs; `active` is SiLU(vec) [1, D]. */
export function partModulation(
  params: Params,
  config: FluxConfig,
  { kind, index }: ModulatedPart,
  active: Value,
): Record<string, Value> {
  const d = hiddenWidth(config);
  const chunk = (name: string, count: number) => params.linear(active, name, count * d).reshape([count, d]);
  switch (kind) {
    case "double":
      return {
        [`mod.double.${index}.img`]: chunk(`transformer_blocks.${index}.norm1.linear`, 6),
        [`mod.double.${index}.txt`]: chunk(`transformer_blocks.${index}.norm1_context.linear`, 6),
      };
    case "single":
      return { [`mod.single.${index}`]: chunk(`single_transformer_blocks.${index}.norm.linear`, 3) };
    case "final":
      return { "mod.final": chunk("norm_out.linear", 2) };
  }
}

/** Inputs `time` and `guidance` [1, 256], `pooled` [1, P] → [1, D]. */
export function conditioningVector(params: Params, config: FluxConfig): Value {
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
