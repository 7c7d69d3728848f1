/** A model bundle: a folder in the diffusers layout with `transformer/`, `vae/` and `dragflow.json`. */
import { stat } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { EditError } from "../../errors.ts";
import type { CompileOptions } from "../onnx/session.ts";
import { openTransformerWeights } from "../weights/layouts.ts";
import { openWeights } from "../weights/source.ts";
import { type Autoencoder, DcAutoencoder } from "./autoencoder.ts";
import { parseDcConfig } from "./autoencoder-dc.ts";
import { Flux } from "./flux.ts";
import { conditionChannels, parseFluxConfig } from "./flux-config.ts";
import { readModelJson } from "./json.ts";
import { type EditSettings, parseSettings } from "./settings.ts";
import { openSubjectAdapter, type SubjectAdapter } from "./subject-adapter.ts";

export interface Bundle {
  readonly dir: string;
  readonly flux: Flux;
  readonly vae: Autoencoder;
  readonly settings: EditSettings;
  readonly adapter: SubjectAdapter | undefined;
  /** True when the model takes a masked picture and a mask beside the latents (Fill conditioning). */
  readonly fill: boolean;
  /** False when prompts have no effect, because the bundle has no text encoder. */
  readonly readsPrompts: boolean;
}

/** Channels of a Fill condition: packed masked-picture latents and the packed mask. */
const FILL_CHANNELS = 320;

/** Folder of a model by name (embedded ones) or path. Throws `not-found`. */
export async function findBundle(model: string, baseDir = process.cwd()): Promise<string> {
  const embedded = fileURLToPath(new URL(`../../../models/${model}`, import.meta.url));
  const named = /^[\w.-]+$/.test(model) && (await isBundle(embedded)) ? embedded : undefined;
  const dir = named ?? (isAbsolute(model) ? model : resolve(baseDir, model));
  if (await isBundle(dir)) return dir;
  throw new EditError("not-found", `Expected a model named "${model}" or a folder with model_index.json at ${dir}`, {
    hint: 'The embedded model is called "mini".',
  });
}

/** Throws `checkpoint-invalid` for missing files, fields or tensors. Tensors are checked when their graph is built. */
export async function openBundle(dir: string, options: CompileOptions): Promise<Bundle> {
  const transformer = join(dir, "transformer");
  const config = parseFluxConfig(
    await readModelJson(join(transformer, "config.json")),
    join(transformer, "config.json"),
  );
  const flux = new Flux(config, await openTransformerWeights(transformer), options);
  const channels = conditionChannels(config);
  if (channels !== 0 && channels !== FILL_CHANNELS) {
    const message = `${transformer}: expected 64 or 384 input channels, found ${config.inChannels}`;
    throw new EditError("checkpoint-invalid", message);
  }
  const settings = parseSettings(await readModelJson(join(dir, "dragflow.json")), join(dir, "dragflow.json"));
  const adapterDir = join(dir, "adapter");
  const adapter = (await exists(join(adapterDir, "config.json")))
    ? openSubjectAdapter(adapterDir, config, options)
    : undefined;
  return {
    dir,
    flux,
    vae: await openVae(join(dir, "vae"), options),
    settings,
    adapter: await adapter,
    fill: channels === FILL_CHANNELS,
    readsPrompts: false, // no text encoder is read yet, so no bundle does
  };
}

async function openVae(dir: string, options: CompileOptions): Promise<Autoencoder> {
  const path = join(dir, "config.json");
  const json = await readModelJson(path);
  const kind = typeof json === "object" && json !== null && "_class_name" in json ? json._class_name : undefined;
  if (kind !== "AutoencoderDC") {
    throw new EditError("checkpoint-invalid", `${path}: expected _class_name AutoencoderDC, found ${kind}`);
  }
  return new DcAutoencoder(parseDcConfig(json, path), await openWeights(dir), options);
}

function isBundle(dir: string): Promise<boolean> {
  return exists(join(dir, "model_index.json"));
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
