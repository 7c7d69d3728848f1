/** One look of the model: invert, drag, sample, decode, and carry what the model changed to full resolution. */
import type { EditOptions } from "../api.ts";
import type { DragFlow, Inversion, OnStep } from "../drag/dragflow.ts";
import { boundingBox, dilate, feather, threshold } from "../geometry/mask.ts";
import { cropResize, fromTensor, resizeMask, resizePart, resizeRgb, toTensor } from "../image/resample.ts";
import { previewOf } from "../image/views.ts";
import type { Bundle } from "../models/bundle.ts";
import { unpackLatents } from "../models/packing.ts";
import type { EditSettings } from "../models/settings.ts";
import type { Tensor } from "../onnx/session.ts";
import type { Box, Mask, Rgb } from "../raster.ts";
import { weighted } from "../retouch/blend.ts";
import type { PreviewPicture } from "../retouch/preview.ts";
import { cropMask, growBox } from "../retouch/resample.ts";
import { type DragRequest, encodePicture, type ModelPictures, prepareDrag } from "./model-inputs.ts";
import type { ModelView } from "./model-view.ts";
import { gaussian } from "./noise.ts";
import { frameSize, withFrames } from "./sampling-preview.ts";
import type { TimedStage } from "./stopwatch.ts";
import { iterationsOf } from "./workload.ts";

export interface PassResult {
  /** At full resolution; equal to the preview outside the editable area. */
  readonly picture: Rgb;
  /** The decoded latents at the model's size, nothing added. */
  readonly decoded: Rgb;
  readonly losses: readonly number[];
  /** What the sampling was heading for, step by step and small; empty where no decoder is cheap. */
  readonly frames: readonly Rgb[];
  /** False when the model's numbers ran out of range: the picture is then the preview, unchanged. */
  readonly finite: boolean;
  /** The drag ended early, because numbers ran out of range. */
  readonly diverged: boolean;
}

export interface PassRequest extends DragRequest {
  readonly view: ModelView;
  readonly seed: number;
  readonly preview: PreviewPicture;
  readonly onPreview?: EditOptions["onPreview"];
  /** Adds the seconds of a stage. */
  readonly clock: <T>(stage: TimedStage, work: () => Promise<T>) => Promise<T>;
}

export async function runPass(request: PassRequest): Promise<PassResult> {
  const { bundle, settings, view, onStep, clock } = request;
  const pictures = await clock("encode", () => modelPictures(request, view));
  const frames: Rgb[] = [];
  const drag = await clock("encode", () =>
    prepareDrag({ ...request, onStep: samplingStep(request, view, frames) }, view, pictures),
  );
  const encoded = (picture: Rgb) => clock("encode", () => encodePicture(bundle, view, toTensor(picture)));
  const latents = readsSource(settings) ? await encoded(pictures.before) : undefined;
  const moved = await encoded(pictures.preview);
  await onStep("encode");
  const inversion = await clock("invert", () => invert(drag, settings, latents, moved));
  const { edited, losses, diverged } = await dragAndSample(request, drag, inversion, moved, view);
  const [after, shown] = await clock("decode", () =>
    Promise.all([decode(bundle, view, edited), decode(bundle, view, moved)]),
  );
  await onStep("decode-latent");
  const finite = after.data.every(Number.isFinite);
  const change = async () => (finite ? addChange(request, view, after, shown) : request.preview.picture);
  const picture = await clock("composite", change);
  const decoded = fromTensor(after.data, view.height, view.width);
  return { picture, finite, decoded, losses, frames, diverged };
}

/** Up to so many pixels the model's own decoder costs little beside a step of the model. */
const OWN_DECODER_PIXELS = 256 * 256;

/** Collects small frames and shows them to who watches; the model's own decoder works for watchers only. */
function samplingStep({ bundle, onStep, onPreview }: PassRequest, view: ModelView, frames: Rgb[]): OnStep {
  const own = onPreview && view.width * view.height <= OWN_DECODER_PIXELS ? bundle.vae : undefined;
  const decoder = bundle.previewVae ?? own;
  if (decoder === undefined) return onStep;
  const { width, height } = frameSize(view);
  return withFrames(onStep, decoder, view, async (frame) => {
    frames.push(await resizeRgb(frame, width, height));
    onPreview?.(await previewOf(frame));
  });
}

async function dragAndSample(
  request: PassRequest,
  drag: DragFlow,
  inversion: Inversion,
  moved: Tensor,
  view: ModelView,
) {
  try {
    const dragged = await request.clock("drag", () => dragFrom(request, drag, inversion, moved, view));
    const { edited } = await request.clock("sample", () => drag.sample(dragged.z, inversion));
    return { ...dragged, edited };
  } finally {
    await inversion.passes.close();
  }
}

/** Of the preview where only the uncovered part may change, else of the source, whose K and V are replayed if wanted. */
async function invert(
  drag: DragFlow,
  settings: EditSettings,
  source: Tensor | undefined,
  moved: Tensor,
): Promise<Inversion> {
  const inversion = await drag.invert(settings.change === "edit-area" && source ? source : moved);
  if (source === undefined || !replaysSource(settings)) return inversion;
  await inversion.passes.close();
  return { ...inversion, passes: (await drag.invert(source)).passes };
}

/** Whether the source's latents are inverted at all. */
function readsSource(settings: EditSettings): boolean {
  return settings.change === "edit-area" || replaysSource(settings);
}

/** The preview is inverted for its latents, the source for its K and V. */
export function replaysSource({ change, kv, kvFrom }: EditSettings): boolean {
  return change === "vacated" && kv === "on" && kvFrom === "source";
}

async function modelPictures({ original, preview, edit }: PassRequest, view: ModelView): Promise<ModelPictures> {
  const { box, width, height } = view;
  const plane = async (mask: Mask) => {
    const small = await resizeMask(cropMask(mask, box), width, height);
    return new Float32Array(small.data).map((value) => value / 255);
  };
  const [before, moved, vacated, editable] = await Promise.all([
    cropResize(original, box, width, height),
    cropResize(preview.picture, box, width, height),
    plane(preview.vacated),
    plane(edit.editableHard),
  ]);
  return { before, preview: moved, vacated, editable };
}

async function dragFrom(
  { settings, seed }: PassRequest,
  drag: DragFlow,
  inversion: Inversion,
  moved: Tensor,
  view: ModelView,
) {
  const noise = () => gaussian(view.h * view.w * 64, seed);
  const starts = {
    inversion: () => inversion.zOrig,
    warp: () => drag.warpStart(inversion, moved, noise()),
    copy: () => drag.copyStart(inversion, noise()),
  };
  const start = starts[settings.init]();
  if (iterationsOf(settings) === 0) {
    return { z: start, losses: [], diverged: false };
  }
  return drag.drag(inversion, await drag.anchor(inversion), start);
}

async function decode(bundle: Bundle, view: ModelView, { data }: Tensor): Promise<Tensor> {
  const shape = [1, bundle.vae.latentChannels, 2 * view.h, 2 * view.w];
  return bundle.vae.decode({ shape, data: unpackLatents(data, view) });
}

/** preview + share · up(D(z) − D(E(preview))): the model's change enters at its own scale, and the fine detail that the
 * autoencoder loses comes from the moved picture, never from the place the object left. */
function addChange({ edit, preview, settings }: PassRequest, view: ModelView, after: Tensor, shown: Tensor): Rgb {
  const { box } = view;
  const picture = { ...preview.picture, data: new Uint8Array(preview.picture.data) };
  const place = settings.change === "vacated" ? uncovered(preview, view) : { box, mask: undefined };
  if (place === undefined) return picture;
  const whole = cropMask(edit.editable, place.box);
  const weight = place.mask ? weighted(whole, place.mask) : whole;
  const [x0, y0, x1, y1] = place.box;
  const part: Box = [x0 - box[0], y0 - box[1], x1 - box[0], y1 - box[1]];
  const size = [box[3] - box[1], box[2] - box[0]] as const;
  // One channel at a time: at full resolution the change of all three is larger than anything else here.
  for (let c = 0; c < 3; c++) {
    const before = channelOf(shown, c);
    const change = channelOf(after, c).map((value, i) => clamp(value) - clamp(before[i] ?? 0));
    const large = resizePart(change, [view.height, view.width], size, part);
    addChannel(picture, c, large, { weight, box: place.box, share: settings.changeShare });
  }
  return picture;
}

interface ChangePlace {
  readonly weight: Mask;
  /** Of the weight in the picture. */
  readonly box: Box;
  readonly share: number;
}

/** `change` in units of 127.5 levels, as large as the place. */
function addChannel(
  picture: Rgb,
  channel: number,
  change: Float32Array,
  { weight, box: [left, top], share }: ChangePlace,
): void {
  for (let i = 0; i < change.length; i++) {
    const value = weight.data[i] ?? 0;
    if (value === 0) continue;
    const [x, y] = [left + (i % weight.width), top + Math.floor(i / weight.width)];
    const at = 3 * (y * picture.width + x) + channel;
    const changed = (picture.data[at] ?? 0) + (value / 255) * share * 127.5 * (change[i] ?? 0);
    picture.data[at] = Math.min(Math.max(Math.round(changed), 0), 255);
  }
}

/** Of a [1, 3, H, W] tensor: [H, W]. */
function channelOf({ data }: Tensor, channel: number): Float32Array {
  const plane = data.length / 3;
  return data.subarray(channel * plane, (channel + 1) * plane);
}

/** Where only what is uncovered may change: the same, running out over half a latent around it, but never over the object.
 * A part of the view; undefined where nothing is. */
function uncovered({ vacated, alpha }: PreviewPicture, { box, width }: ModelView) {
  const half = Math.ceil((LATENT / 2) * ((box[2] - box[0]) / width));
  const tight = boundingBox(cropMask(vacated, box));
  if (tight === null) return undefined;
  const inView = growBox(tight, 2 * half + 1, { width: box[2] - box[0], height: box[3] - box[1] });
  const place: Box = [box[0] + inView[0], box[1] + inView[1], box[0] + inView[2], box[1] + inView[3]];
  const around = feather(dilate(threshold(cropMask(vacated, place)), half), half);
  const object = cropMask(alpha, place).data;
  const data = around.data.map((value, i) => Math.round((value * (255 - (object[i] ?? 0))) / 255));
  return { box: place, mask: { ...around, data } };
}

/** Picture pixels per latent. */
const LATENT = 8;

function clamp(value: number): number {
  return Math.min(Math.max(value, -1), 1);
}
