/** Features of a FLUX-family model in the manner of DIFT (Tang et al., NeurIPS 2023): the picture noised a little, the
 * activations of one block, the mean over several noises. */

import type { Planes } from "../../engine/drag/resize.ts";
import { cutFeatures } from "../../engine/drag/supervision.ts";
import { type ModelView, modelView } from "../../engine/edit/model-view.ts";
import { gaussian } from "../../engine/edit/noise.ts";
import { cropResize, toTensor } from "../../engine/image/resample.ts";
import type { Bundle } from "../../engine/models/bundle.ts";
import type { FluxCall } from "../../engine/models/flux.ts";
import { fillCondition, packLatents } from "../../engine/models/packing.ts";
import type { Tensor } from "../../engine/onnx/session.ts";
import type { Rgb } from "../../engine/raster.ts";
import type { FeatureMaps } from "./networks.ts";

/** DIFT's step 261 of 1000, and its number of noises. */
const TIME = 0.261;
const NOISES = 8;

export class FluxFeatures implements FeatureMaps {
  readonly name: string;
  readonly #bundle: Bundle;
  readonly #tap: string;
  /** A picture is asked for by two scorers, the input by every method. */
  readonly #known = new WeakMap<Rgb, Promise<Planes>>();

  /** `model` is what the report calls it. */
  constructor(bundle: Bundle, model: string) {
    this.#bundle = bundle;
    this.#tap = bundle.settings.features.at(-1) ?? "DOUBLE-0-2";
    const { workingSize } = bundle.settings;
    this.name = `${model}, block features ${this.#tap} at t ${TIME}, ${workingSize} px, mean of ${NOISES} noises`;
  }

  maps(rgb: Rgb): Promise<Planes> {
    const known = this.#known.get(rgb);
    if (known !== undefined) return known;
    const maps = this.#measured(rgb);
    this.#known.set(rgb, maps);
    return maps;
  }

  release(): Promise<void> {
    return this.#bundle.release();
  }

  async #measured(rgb: Rgb): Promise<Planes> {
    const whole = modelView([0, 0, rgb.width, rgb.height], rgb, this.#bundle.settings.workingSize);
    const latents = await this.#encoded(await cropResize(rgb, whole.box, whole.width, whole.height), whole);
    const condition = await this.#condition(whole);
    let sum: Float32Array | undefined;
    let maps: Planes | undefined;
    for (let seed = 0; seed < NOISES; seed++) {
      maps = await cutFeatures(
        this.#bundle.flux,
        this.#call(latents, condition, seed),
        [this.#tap],
        [2 * whole.h, 2 * whole.w],
      );
      const { data } = maps;
      sum = sum === undefined ? data.slice() : sum.map((value, i) => value + (data[i] ?? 0));
    }
    if (maps === undefined || sum === undefined) throw new TypeError("Expected at least one noise");
    return { ...maps, data: sum.map((value) => value / NOISES) };
  }

  #call(latents: Tensor, condition: Tensor | undefined, seed: number): FluxCall {
    const { flux, settings } = this.#bundle;
    const noise = gaussian(latents.data.length, seed + 1);
    const data = latents.data.map((value, i) => (1 - TIME) * value + TIME * (noise[i] ?? 0));
    const text = flux.emptyText(settings.textTokens);
    const guidance = settings.inversionGuidance;
    return { latents: { shape: latents.shape, data }, text, t: TIME, guidance, ...(condition ? { condition } : {}) };
  }

  async #encoded(rgb: Rgb, { width, height, h, w }: ModelView): Promise<Tensor> {
    const latents = await this.#bundle.vae.encode({ shape: [1, 3, height, width], data: toTensor(rgb) });
    return { shape: [h, w, 64], data: packLatents(latents.data, { h, w }) };
  }

  /** A Fill model is shown nothing of the picture: everything is masked. */
  async #condition({ width, height, h, w }: ModelView): Promise<Tensor | undefined> {
    if (!this.#bundle.fill) return undefined;
    const grey = { shape: [1, 3, height, width], data: new Float32Array(3 * width * height) };
    const latents = await this.#bundle.vae.encode(grey);
    const mask = new Float32Array(width * height).fill(1);
    return { shape: [h, w, 320], data: fillCondition(latents.data, mask, { h, w }) };
  }
}
