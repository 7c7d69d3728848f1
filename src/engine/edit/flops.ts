/** How long a large model will take before it has ever run: its arithmetic over the machine's measured speed. */
import { hiddenWidth } from "../models/flux-config.ts";
import type { EditSettings } from "../models/settings.ts";
import type { MemoryNeed, ModelSize } from "./memory.ts";
import type { ModelView } from "./model-view.ts";
import type { Workload } from "./workload.ts";

/** Operations of one pass. */
export interface PassFlops {
  /** A velocity: every block. */
  readonly velocity: number;
  /** A drag iteration: double blocks up to the last feature, forward, again, and back. */
  readonly iteration: number;
}

/** Forward, recomputed forward, and as much again as two for the products of the gradient: activations only. */
const PASSES_PER_ITERATION = 3;

/** Multiplications and additions, per token and block 24·D² for the linear layers and 4·S·D for attention (docs/flux.md
 * §1.9). */
export function passFlops(
  { config }: Pick<ModelSize, "config">,
  { features, textTokens }: Pick<EditSettings, "features" | "textTokens">,
  { h, w }: Pick<ModelView, "h" | "w">,
): PassFlops {
  const [tokens, d] = [textTokens + h * w, hiddenWidth(config)];
  const block = tokens * (24 * d ** 2 + 4 * tokens * d);
  const last = 1 + Math.max(...features.map((name) => Number(name.split("-")[1])));
  return { velocity: (config.doubles + config.singles) * block, iteration: PASSES_PER_ITERATION * last * block };
}

/** Seconds of the model's part; undefined for a model that runs whole, which one edit measures better. */
export async function secondsFromFlops(
  size: ModelSize,
  settings: EditSettings,
  view: ModelView,
  { model }: Workload,
  { execution }: MemoryNeed,
): Promise<number | undefined> {
  if (model === undefined || execution === "whole") return undefined;
  const { velocity, iteration } = passFlops(size, settings, view);
  const { gemm, cast } = await import("../onnx/machine-speed.ts").then(({ machineSpeed }) => machineSpeed());
  const velocities = model.evaluations + model.samples + 1;
  // Weights that are not stored as float32 are converted in every pass.
  const halves = size.stored < 4 * size.parameters ? 1 / cast : 0;
  const casts = velocities * size.parameters + model.iterations * PASSES_PER_ITERATION * size.doubles;
  return (velocities * velocity + model.iterations * iteration) / gemm + casts * halves;
}
