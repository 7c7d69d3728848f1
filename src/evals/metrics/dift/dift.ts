/** DIFT (Tang et al., NeurIPS 2023) on Stable Diffusion 2.1, as RegionDrag and DragFlow measure mean distances (docs/flux.md
 * §7.3, §7.4): the picture noised at step 261, upward block 1, the mean over eight noises, the empty prompt. */
import { join } from "node:path";
import type { Planes } from "../../../engine/drag/resize.ts";
import { gaussian } from "../../../engine/edit/noise.ts";
import { resizeRgb, toTensor } from "../../../engine/image/resample.ts";
import { exists } from "../../../engine/models/find-bundle.ts";
import { readModelJson } from "../../../engine/models/json.ts";
import { Params } from "../../../engine/nn/params.ts";
import { LazyGraph } from "../../../engine/onnx/lazy-graph.ts";
import { type CompileOptions, compile, type Tensor } from "../../../engine/onnx/session.ts";
import type { Rgb } from "../../../engine/raster.ts";
import { openWeights, type WeightSource } from "../../../engine/weights/source.ts";
import type { FeatureMaps, Seeing } from "../networks.ts";
import { emptyPrompt } from "./empty-prompt.ts";
import { nearestRgb } from "./nearest.ts";
import { pictureShare } from "./noise-level.ts";
import { openSdEncoder, type SdEncoder } from "./sd-encoder.ts";
import { parseUnetConfig, type UnetConfig } from "./unet-config.ts";
import { latentUnit, timeWaves, unetFeatures } from "./unet-graph.ts";
import { weightsFile } from "./weights-file.ts";

const STEP = 261;
const BLOCK = 1;
const NOISES = 8;

interface Parts {
  readonly config: UnetConfig;
  readonly unet: WeightSource;
  readonly encoder: SdEncoder;
  readonly text: Tensor;
  /** ᾱ at the step. */
  readonly share: number;
}

export class Dift implements FeatureMaps {
  readonly name: string;
  readonly #parts: Parts;
  readonly #graph: LazyGraph<"features">;
  readonly #known: Readonly<Record<Seeing, WeakMap<Rgb, Promise<Planes>>>> = {
    native: new WeakMap(),
    square: new WeakMap(),
  };

  /** `model` is what the report calls it. */
  constructor(parts: Parts, model: string, options: CompileOptions) {
    this.#parts = parts;
    this.#graph = new LazyGraph(() => {
      return compile({ features: unetFeatures(new Params(parts.unet), parts.config, BLOCK) }, options);
    });
    this.name = `DIFT on ${model}, step ${STEP}, upward block ${BLOCK}, mean of ${NOISES} noises`;
  }

  maps(rgb: Rgb, seeing: Seeing): Promise<Planes> {
    const known = this.#known[seeing].get(rgb);
    if (known !== undefined) return known;
    const maps = this.#measured(rgb, seeing);
    this.#known[seeing].set(rgb, maps);
    return maps;
  }

  async release(): Promise<void> {
    await this.#graph.release();
    await this.#parts.encoder.release();
  }

  async #measured(rgb: Rgb, seeing: Seeing): Promise<Planes> {
    const { encoder } = this.#parts;
    const seen = await this.#seen(rgb, seeing);
    const shape = [1, 3, seen.height, seen.width];
    const { mean, logvar } = await encoder.moments({ shape, data: toTensor(seen) });
    let sum: Tensor | undefined;
    for (let seed = 1; seed <= NOISES; seed++) {
      // The published code samples the posterior for MD_1 and takes its mode for MD_2.
      const latents = seeing === "native" ? sampled(mean.data, logvar.data, seed) : mean.data;
      const { features } = await this.#run({ shape: mean.shape, data: this.#noised(latents, seed) });
      sum =
        sum === undefined ? features : { ...sum, data: sum.data.map((value, i) => value + (features.data[i] ?? 0)) };
    }
    const [, channels = 0, height = 0, width = 0] = sum?.shape ?? [];
    return { channels, height, width, data: (sum?.data ?? new Float32Array()).map((value) => value / NOISES) };
  }

  async #run(latents: Tensor) {
    const { config, text } = this.#parts;
    const [width = 0] = config.block_out_channels;
    const time = { shape: [1, width], data: timeWaves(STEP, width) };
    return (await this.#graph.get()).run({ latents, time, text });
  }

  #noised(latents: Float32Array, seed: number): Float32Array {
    const { share, encoder } = this.#parts;
    const noise = gaussian(latents.length, seed);
    const [kept, added] = [Math.sqrt(share) * encoder.config.scaling_factor, Math.sqrt(1 - share)];
    return latents.map((value, i) => kept * value + added * (noise[i] ?? 0));
  }

  /** A native size is rounded to what the network's levels divide; 512 pixels stay as they are. */
  async #seen(rgb: Rgb, seeing: Seeing): Promise<Rgb> {
    const { config, encoder } = this.#parts;
    const unit = latentUnit(config) * encoder.compression;
    const side = config.sample_size * encoder.compression;
    if (seeing === "square") return nearestRgb(rgb, side, side);
    const near = (length: number) => Math.max(2, Math.round(length / unit)) * unit;
    const [width, height] = [near(rgb.width), near(rgb.height)];
    return width === rgb.width && height === rgb.height ? rgb : resizeRgb(rgb, width, height);
  }
}

/** Seeds beside those of the noises. */
function sampled(mean: Float32Array, logvar: Float32Array, seed: number): Float32Array {
  const draw = gaussian(mean.length, 1000 + seed);
  return mean.map((value, i) => {
    const deviation = Math.exp(0.5 * Math.min(Math.max(logvar[i] ?? 0, -30), 20));
    return value + deviation * (draw[i] ?? 0);
  });
}

/** Whether a folder is a pipeline of Stable Diffusion's kind in diffusers' layout. */
export function isStableDiffusion(dir: string): Promise<boolean> {
  return exists(join(dir, "unet", "config.json"));
}

/** `dir` holds `unet`, `vae`, `text_encoder`, `tokenizer` and, unless it is the usual, `scheduler`. Throws `checkpoint-invalid`. */
export async function openDift(dir: string, model: string, options: CompileOptions): Promise<Dift> {
  const path = join(dir, "unet", "config.json");
  const config = parseUnetConfig(await readModelJson(path), path);
  const unet = await openWeights(await weightsFile(join(dir, "unet")));
  unetFeatures(new Params(unet), config, BLOCK);
  const encoder = await openSdEncoder(join(dir, "vae"), options);
  const [text, share] = [await emptyPrompt(dir, options), await pictureShare(dir, STEP)];
  return new Dift({ config, unet, encoder, text, share }, model, options);
}
