/** Small pictures of a sampling under way, by the bundle's cheap decoder. */
import type { Preview } from "../api.ts";
import type { OnStep } from "../drag/dragflow.ts";
import { fromTensor } from "../image/resample.ts";
import { previewOf } from "../image/views.ts";
import type { Autoencoder } from "../models/autoencoder.ts";
import { unpackLatents } from "../models/packing.ts";
import type { ModelView } from "./model-view.ts";

/** Shows what each step heads for, then passes the step on. Latents out of range are not shown. */
export function withPreviews(
  onStep: OnStep,
  decoder: Autoencoder,
  view: ModelView,
  onPreview: (preview: Preview) => void,
): OnStep {
  return async (stage, details, expected) => {
    const latents = expected?.().data;
    if (latents?.every(Number.isFinite)) onPreview(await decoded(decoder, view, latents));
    await onStep(stage, details);
  };
}

async function decoded(decoder: Autoencoder, view: ModelView, latents: Float32Array): Promise<Preview> {
  const shape = [1, decoder.latentChannels, 2 * view.h, 2 * view.w];
  const { data } = await decoder.decode({ shape, data: unpackLatents(latents, view) });
  return previewOf(fromTensor(data, view.height, view.width));
}
