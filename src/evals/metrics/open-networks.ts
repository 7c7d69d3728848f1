/** Opens the networks that a run was given weights or a model for; what is missing is said, not guessed. */
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { Lpips } from "../../engine/metrics/lpips.ts";
import { findBundle, openBundle } from "../../engine/models/bundle.ts";
import { matmulOn, providersFor } from "../../engine/onnx/devices.ts";
import type { CompileOptions } from "../../engine/onnx/session.ts";
import type { Judge } from "../judge.ts";
import { type Dift, isStableDiffusion, openDift } from "./dift/dift.ts";
import { FluxFeatures } from "./flux-features.ts";
import { openLpipsWeights } from "./lpips-weights.ts";
import type { FeatureMaps, Networks } from "./networks.ts";

export interface NetworkSettings {
  /** Data folder; compiled graphs go to its `graphs`. */
  readonly home: string;
  /** File or folder of LPIPS weights. */
  readonly lpips?: string | undefined;
  /** Whose features measure MD_1 and MD_2: a FLUX-family model by name or folder, or a folder of Stable Diffusion 2.1. */
  readonly features?: string | undefined;
  readonly device?: string | undefined;
  readonly judge?: Judge | undefined;
}

export interface OpenNetworks {
  readonly networks: Networks;
  /** For the report: what was measured with what, and what was not for want of weights. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/** Throws `checkpoint-invalid` and `not-found`, before anything is run. */
export async function openNetworks(settings: NetworkSettings): Promise<OpenNetworks> {
  const { home, judge } = settings;
  const providers = await providersFor(settings.device);
  const options: CompileOptions = {
    graphDir: join(home, "graphs"),
    providers,
    threads: availableParallelism(),
    matmul: await matmulOn(providers),
  };
  const lpips = settings.lpips === undefined ? undefined : new Lpips(await openLpipsWeights(settings.lpips), options);
  const features = settings.features === undefined ? undefined : await openFeatures(settings.features, home, options);
  return {
    networks: { lpips, features, judge },
    notes: [lpipsNote(settings.lpips), featuresNote(features), ...(judge ? [`Judge: ${judge.name}.`] : [])],
    close: async () => {
      await lpips?.release();
      await features?.release();
    },
  };
}

async function openFeatures(model: string, home: string, options: CompileOptions): Promise<FluxFeatures | Dift> {
  const dir = await findBundle(model, process.cwd(), home);
  if (await isStableDiffusion(dir)) return openDift(dir, basename(model), options);
  return new FluxFeatures(await openBundle(dir, options), model);
}

function lpipsNote(path: string | undefined): string {
  return path === undefined
    ? "LPIPS and the IF scores were not measured: no weights were given (--lpips FILE|DIR)."
    : `LPIPS and the IF scores: AlexNet of ${path}.`;
}

function featuresNote(features: FeatureMaps | undefined): string {
  if (features === undefined)
    return "MD_1 and MD_2 were not measured: no feature model was given (--features MODEL|DIR).";
  const others =
    "The papers' numbers are DIFT's on Stable Diffusion 2.1 (--features DIR): these cannot be compared with them.";
  return `MD_1 and MD_2: ${features.name}.${features instanceof FluxFeatures ? ` ${others}` : ""}`;
}
