/** One picture inverted to noise and sampled back without any edit. */
import { DragFlow, type DragInputs, type DragSettings } from "../../engine/drag/dragflow.ts";
import { chooseExecution } from "../../engine/edit/execution.ts";
import { modelSize } from "../../engine/edit/memory.ts";
import { encodePicture } from "../../engine/edit/model-inputs.ts";
import { type ModelView, modelView } from "../../engine/edit/model-view.ts";
import { executed, kvCacheOptions } from "../../engine/edit/run-model.ts";
import { timeGrid } from "../../engine/flow/timesteps.ts";
import { cropResize, fromTensor, toTensor } from "../../engine/image/resample.ts";
import type { Bundle } from "../../engine/models/bundle.ts";
import { fillCondition, unpackLatents } from "../../engine/models/packing.ts";
import { adapterScaleOf, adapterScales, type EditSettings } from "../../engine/models/settings.ts";
import type { Tensor } from "../../engine/onnx/session.ts";
import type { Rgb } from "../../engine/raster.ts";

/** A picture as the model sees it: whole, at its working size. */
export interface SeenPicture {
  readonly view: ModelView;
  readonly rgb: Rgb;
  readonly latents: Tensor;
  /** What the autoencoder alone makes of it: no inversion can be nearer. */
  readonly decoded: Rgb;
}

export async function seenBy(bundle: Bundle, rgb: Rgb): Promise<SeenPicture> {
  const view = modelView([0, 0, rgb.width, rgb.height], rgb, bundle.settings.workingSize);
  const small = await cropResize(rgb, view.box, view.width, view.height);
  const latents = await encodePicture(bundle, view, toTensor(small));
  return { view, rgb: small, latents, decoded: await decode(bundle, view, latents) };
}

/** `scratch`: folder for K and V beyond the memory that they may take. */
export async function reconstruct(
  bundle: Bundle,
  picture: SeenPicture,
  settings: EditSettings,
  scratch: string,
): Promise<Rgb> {
  const { view, latents, rgb } = picture;
  const size = modelSize(bundle.flux.config, bundle.flux.source);
  const scene = { editable: [0, 0, rgb.width, rgb.height] as const, picture: rgb };
  const { execution } = chooseExecution(size, settings, scene);
  const { model, release } = executed(bundle.flux, execution, size.stored);
  try {
    const inputs = await inputsOf(bundle, picture, settings);
    const drag = new DragFlow(model, inputs, {
      ...settingsOf(bundle, settings, view),
      kvCache: kvCacheOptions(settings, execution, scratch),
    });
    const inversion = await drag.invert(latents);
    try {
      return await decode(bundle, view, await drag.reconstruct(inversion));
    } finally {
      await inversion.passes.close();
    }
  } finally {
    await release();
  }
}

function settingsOf({ schedule }: Bundle, settings: EditSettings, view: ModelView): DragSettings {
  const replayed = { doubles: settings.hookDoubles, singles: settings.hookSingles };
  const hooks = settings.kv === "on" ? replayed : { doubles: [], singles: [] };
  return { ...settings, times: timeGrid(settings.numSteps, view.h * view.w, schedule), hooks };
}

async function inputsOf(bundle: Bundle, { view, rgb }: SeenPicture, settings: EditSettings): Promise<DragInputs> {
  const [text = bundle.flux.emptyText(settings.textTokens)] =
    (await bundle.prompts?.encode([""], settings.textTokens)) ?? [];
  const hidden = bundle.fill ? await nothingShown(bundle, view) : undefined;
  const scale = adapterScaleOf(settings);
  const subject = [0, 0, rgb.width, rgb.height] as const;
  const pictures = { original: rgb, subject, view: rgb, encode: (image: Tensor) => bundle.vae.encode(image) };
  const adapter = scale > 0 ? await bundle.adapter?.describe(pictures, adapterScales(settings)) : undefined;
  const count = view.h * view.w * 64;
  return {
    sourceText: text,
    targetText: text,
    cut: view.cut,
    regions: [],
    editable: { shape: [view.h, view.w, 64], data: new Float32Array(count).fill(1) },
    ...(hidden === undefined ? {} : { sourceCondition: hidden, targetCondition: hidden }),
    ...(adapter === undefined ? {} : { adapter }),
  };
}

/** To a Fill model everything is masked: what it is shown would be no work of the inversion. */
async function nothingShown(bundle: Bundle, { width, height, h, w }: ModelView): Promise<Tensor> {
  const grey = { shape: [1, 3, height, width], data: new Float32Array(3 * width * height) };
  const latents = await bundle.vae.encode(grey);
  const mask = new Float32Array(width * height).fill(1);
  return { shape: [h, w, 320], data: fillCondition(latents.data, mask, { h, w }) };
}

async function decode(bundle: Bundle, view: ModelView, { data }: Tensor): Promise<Rgb> {
  const shape = [1, bundle.vae.latentChannels, 2 * view.h, 2 * view.w];
  const { data: pixels } = await bundle.vae.decode({ shape, data: unpackLatents(data, view) });
  return fromTensor(pixels, view.height, view.width);
}
