/** Pictures of a sampling under way, by the bundle's cheap decoder. */
import type { OnStep } from "../drag/dragflow.ts";
import { fromTensor } from "../image/resample.ts";
import type { Autoencoder } from "../models/autoencoder.ts";
import { unpackLatents } from "../models/packing.ts";
import type { Rgb } from "../raster.ts";
import type { ModelView } from "./model-view.ts";

/** Shows what each step heads for, then passes the step on. Latents out of range are not shown. */
export function withFrames(
  onStep: OnStep,
  decoder: Autoencoder,
  view: ModelView,
  onFrame: (frame: Rgb) => Promise<void>,
): OnStep {
  return async (stage, details, expected) => {
    const latents = expected?.().data;
    if (latents?.every(Number.isFinite)) await onFrame(await decoded(decoder, view, latents));
    await onStep(stage, details);
  };
}

async function decoded(decoder: Autoencoder, view: ModelView, latents: Float32Array): Promise<Rgb> {
  const shape = [1, decoder.latentChannels, 2 * view.h, 2 * view.w];
  const { data } = await decoder.decode({ shape, data: unpackLatents(latents, view) });
  return fromTensor(data, view.height, view.width);
}

/** Of a film strip: frames beside each other, at most so many, each at most so high and wide. */
const FRAMES = 6;
const EDGE = 256;

/** What is kept of each frame while the sampling runs. */
export function frameSize({ width, height }: Pick<Rgb, "width" | "height">): { width: number; height: number } {
  const scale = Math.min(1, EDGE / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** First, last and evenly between, from left to right; undefined without frames. All have the size of the first. */
export function filmStrip(frames: readonly Rgb[]): Rgb | undefined {
  const [first] = frames;
  if (first === undefined) return undefined;
  const shown = Math.min(FRAMES, frames.length);
  const { width, height } = first;
  const data = new Uint8Array(3 * width * shown * height);
  for (let k = 0; k < shown; k++) {
    const frame = frames[shown === 1 ? 0 : Math.round((k * (frames.length - 1)) / (shown - 1))] ?? first;
    for (let y = 0; y < height; y++) {
      data.set(frame.data.subarray(3 * y * width, 3 * (y + 1) * width), 3 * width * (y * shown + k));
    }
  }
  return { width: width * shown, height, data };
}
