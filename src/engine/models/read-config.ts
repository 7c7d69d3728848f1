/** A transformer's sizes: from its `config.json`, or from the tensors themselves where there is none. */
import { join } from "node:path";
import { EditError } from "../../errors.ts";
import { openTransformerWeights } from "../weights/layouts.ts";
import type { WeightSource } from "../weights/source.ts";
import { exists } from "./find-bundle.ts";
import { type FluxConfig, parseFluxConfig } from "./flux-config.ts";
import { inferFluxConfig } from "./flux-infer.ts";
import { readModelJson } from "./json.ts";

/** `transformer/config.json` of a folder, or what its tensors say. Throws `checkpoint-invalid`. */
export async function readFluxConfig(transformer: string, source?: WeightSource): Promise<FluxConfig> {
  const path = join(transformer, "config.json");
  if (await exists(path)) return parseFluxConfig(await readModelJson(path), path);
  const weights = source ?? (await openTransformerWeights(transformer));
  return withoutConfig(path, weights);
}

/** Blocks, widths, channels, heads and guidance can be read from tensors; how a head's width is divided among the axes of
 * the rotation cannot, but every published FLUX.1 has heads of 128 = 16 + 56 + 56. */
function withoutConfig(path: string, source: WeightSource): FluxConfig {
  const config = inferFluxConfig(source);
  const known = config.ropeAxes.reduce((sum, width) => sum + width, 0);
  if (config.headDim === known) return config;
  const message = `Expected ${path}, as axes_dims_rope cannot be read from tensors whose heads are ${config.headDim} wide (only FLUX.1's ${known} are known)`;
  throw new EditError("checkpoint-invalid", message);
}
