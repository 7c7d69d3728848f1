/** A model bundle: a folder in the diffusers layout with `transformer/`, `vae/` and `dragflow.json`. */
import { join } from "node:path";
import { EditError } from "../../errors.ts";
import type { TimeShift } from "../flow/timesteps.ts";
import type { CompileOptions } from "../onnx/session.ts";
import { openPrompts, type PromptEncoder } from "../prompts/prompt-encoder.ts";
import { openTransformerWeights } from "../weights/layouts.ts";
import type { Adapter } from "./adapters/adapter.ts";
import { openAdapter } from "./adapters/open.ts";
import type { Autoencoder } from "./autoencoder.ts";
import { openAutoencoder } from "./autoencoder-families.ts";
import { BUNDLE_MARK, exists } from "./find-bundle.ts";
import { Flux } from "./flux.ts";
import { conditionChannels, type FluxConfig } from "./flux-config.ts";
import { readModelJson } from "./json.ts";
import { readFluxConfig } from "./read-config.ts";
import { readSettings } from "./read-settings.ts";
import { readSchedule } from "./scheduler.ts";
import { checkBlocks, type EditSettings } from "./settings.ts";

export { findBundle } from "./find-bundle.ts";

export interface Bundle {
  readonly dir: string;
  readonly flux: Flux;
  readonly vae: Autoencoder;
  /** A cheap decoder of the same latents, for previews of the sampling. */
  readonly previewVae: Autoencoder | undefined;
  readonly settings: EditSettings;
  /** How its times are spaced. */
  readonly schedule: TimeShift;
  readonly adapter: Adapter | undefined;
  /** True when the model takes a masked picture and a mask beside the latents (Fill conditioning). */
  readonly fill: boolean;
  /** Undefined when prompts have no effect, because the bundle has no text encoders. */
  readonly prompts: PromptEncoder | undefined;
  /** Frees the compiled graphs; the bundle compiles them anew when it is used again. */
  release(): Promise<void>;
}

/** Channels of a Fill condition: packed masked-picture latents and the packed mask. */
const FILL_CHANNELS = 320;

/** `promptDir` keeps encoded prompts for later processes. Throws `checkpoint-invalid` for missing or wrong files, fields and tensors, before anything is computed. */
export async function openBundle(
  dir: string,
  { promptDir, ...options }: CompileOptions & { readonly promptDir?: string },
): Promise<Bundle> {
  await readModelJson(join(dir, BUNDLE_MARK));
  const transformer = join(dir, "transformer");
  const weights = await openTransformerWeights(transformer);
  const config = knownChannels(transformer, await readFluxConfig(transformer, weights));
  const settings = await readSettings(dir);
  const schedule = await readSchedule(dir);
  checkBlocks(settings, config, join(dir, "dragflow.json"));
  const flux = new Flux(config, weights, options);
  const vae = await openLatents(join(dir, "vae"), config, options);
  const previewDir = join(dir, "preview_vae");
  const previewVae = (await exists(previewDir)) ? await openLatents(previewDir, config, options) : undefined;
  const adapterDir = join(dir, "adapter");
  const hasAdapter = await exists(join(adapterDir, "config.json"));
  const adapter = hasAdapter ? await openAdapter(adapterDir, config, options) : undefined;
  const prompts = await openPrompts(dir, config, options, promptDir);
  for (const part of [flux, vae, previewVae, adapter, prompts]) part?.check();
  return {
    dir,
    flux,
    vae,
    previewVae,
    settings,
    schedule,
    adapter,
    fill: conditionChannels(config) === FILL_CHANNELS,
    prompts,
    release: async () => {
      for (const part of [flux, vae, previewVae, adapter, prompts]) await part?.release();
    },
  };
}

/** Picture pixels per latent, each way: what the pipeline is made for. */
const COMPRESSION = 8;

/** An autoencoder of the latents that the transformer reads, two by two. */
async function openLatents(dir: string, flux: FluxConfig, options: CompileOptions): Promise<Autoencoder> {
  const vae = await openAutoencoder(dir, options);
  const channels = flux.outChannels / 4;
  if (vae.compression === COMPRESSION && vae.latentChannels === channels) return vae;
  const wanted = `${channels} latent channels at 1/${COMPRESSION} as the transformer reads`;
  const found = `${vae.latentChannels} at 1/${vae.compression}`;
  throw new EditError("checkpoint-invalid", `${dir}: expected ${wanted}, found ${found}`);
}

function knownChannels(dir: string, config: FluxConfig): FluxConfig {
  const channels = conditionChannels(config);
  if (channels === 0 || channels === FILL_CHANNELS) return config;
  throw new EditError("checkpoint-invalid", `${dir}: expected 64 or 384 input channels, found ${config.inChannels}`);
}
