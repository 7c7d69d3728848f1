/** Opens the networks that a run was given weights or a model for; what is missing is said, not guessed. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Lpips } from "../../engine/metrics/lpips.ts";
import { findBundle, openBundle } from "../../engine/models/bundle.ts";
import { matmulOn, providersFor } from "../../engine/onnx/devices.ts";
import type { CompileOptions } from "../../engine/onnx/session.ts";
import type { Judge } from "../judge.ts";
import { FluxFeatures } from "./flux-features.ts";
import { openLpipsWeights } from "./lpips-weights.ts";
import type { Networks } from "./networks.ts";

export interface NetworkSettings {
  /** Data folder; compiled graphs go to its `graphs`. */
  readonly home: string;
  /** File or folder of LPIPS weights. */
  readonly lpips?: string | undefined;
  /** Model whose features measure MD_1 and MD_2: a name or a folder. */
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
  const dir = settings.features && (await findBundle(settings.features, process.cwd(), home));
  const bundle = dir ? await openBundle(dir, options) : undefined;
  const features = bundle && new FluxFeatures(bundle, settings.features ?? "");
  return {
    networks: { lpips, features, judge },
    notes: [lpipsNote(settings.lpips), featuresNote(features), ...(judge ? [`Judge: ${judge.name}.`] : [])],
    close: async () => {
      await lpips?.release();
      await bundle?.release();
    },
  };
}

function lpipsNote(path: string | undefined): string {
  return path === undefined
    ? "LPIPS and the IF scores were not measured: no weights were given (--lpips FILE|DIR)."
    : `LPIPS and the IF scores: AlexNet of ${path}.`;
}

function featuresNote(features: FluxFeatures | undefined): string {
  const dift = "DIFT on Stable Diffusion 2.1, as the papers report them, is not built in: the numbers are not theirs.";
  return features === undefined
    ? "MD_1 and MD_2 were not measured: no feature model was given (--features MODEL)."
    : `MD_1 and MD_2: ${features.name}. ${dift}`;
}
