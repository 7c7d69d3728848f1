/** What the drag algorithm is given for one edit: regions and editable area at latent and feature size, the Fill
 * model's conditions, the adapter's tokens. */
import { DragFlow, type DragInputs, type DragSettings, type OnStep } from "../drag/dragflow.ts";
import type { KvCacheOptions } from "../drag/kv-cache.ts";
import type { DragModel } from "../drag/model.ts";
import { cutMotion, type PaperOperation, progressAt, samplingMap } from "../drag/paper-affine.ts";
import { editableLatent, regionCut, regionWeights } from "../drag/paper-regions.ts";
import type { RegionPath } from "../drag/region-goals.ts";
import type { Planes } from "../drag/resize.ts";
import { timeGrid } from "../flow/timesteps.ts";
import { apply } from "../geometry/affine.ts";
import { boundingBox } from "../geometry/mask.ts";
import { toTensor } from "../image/resample.ts";
import type { Bundle } from "../models/bundle.ts";
import type { AdapterInput } from "../models/flux.ts";
import { binarise, fillCondition, maskImage, packLatents } from "../models/packing.ts";
import { adapterScaleOf, adapterScales, type EditSettings } from "../models/settings.ts";
import type { Tensor } from "../onnx/session.ts";
import type { Box, Mask, Rgb } from "../raster.ts";
import type { ResolvedEdit, ResolvedOperation } from "../recipe/resolve.ts";
import { cutMap, type ModelView } from "./model-view.ts";

/** Pictures at the model's size. */
export interface ModelPictures {
  readonly before: Rgb;
  /** The preview: object already moved, hole filled. */
  readonly preview: Rgb;
  /** What the move uncovered, [H, W] 0–1. */
  readonly vacated: Float32Array;
  /** Where pixels may change, [H, W] 0–1. */
  readonly editable: Float32Array;
}

/** What a drag is prepared from. */
export interface DragRequest {
  readonly bundle: Bundle;
  /** The bundle's transformer, in the execution that fits. */
  readonly model: DragModel;
  readonly settings: EditSettings;
  readonly kvCache: KvCacheOptions;
  readonly edit: ResolvedEdit;
  readonly original: Rgb;
  readonly onStep: OnStep;
  /** Between pieces of work that are no step; throws `cancelled` where that was asked for. */
  readonly breathe?: () => Promise<void>;
}

export async function prepareDrag(request: DragRequest, view: ModelView, pictures: ModelPictures): Promise<DragFlow> {
  const { bundle, settings, edit, original } = request;
  const { sourceText, targetText } = await textsOf(request);
  const adapter = await adapterOf(bundle, settings, edit, original, pictures.before);
  const conditions = bundle.fill ? await conditionsOf(bundle, settings, view, pictures) : {};
  const inputs: DragInputs = {
    sourceText,
    targetText,
    ...conditions,
    ...(adapter === undefined ? {} : { adapter }),
    cut: view.cut,
    regions: regionPaths(settings, edit, view),
    editable:
      settings.change === "vacated" ? seamTokens(pictures.vacated, view) : editableTokens(pictures.editable, view),
  };
  return new DragFlow(request.model, inputs, dragSettings(request, view), request.onStep);
}

/** What the picture shows for the inversion, what it shall show for what follows; zeros where no prompt is read. */
async function textsOf({
  bundle: { flux, prompts },
  settings: { textTokens },
  edit: { recipe },
  breathe,
}: DragRequest) {
  const none = () => flux.emptyText(textTokens);
  const encoded = (await prompts?.encode([recipe.sourcePrompt, recipe.prompt], textTokens, breathe)) ?? [];
  const [sourceText = none(), targetText = sourceText] = encoded;
  return { sourceText, targetText };
}

function dragSettings({ bundle: { schedule }, settings, kvCache }: DragRequest, view: ModelView): DragSettings {
  const hooks = { doubles: settings.hookDoubles, singles: settings.hookSingles };
  const none = { doubles: [], singles: [] };
  const shift = { auto: schedule, dynamic: { ...schedule, shift: true }, none: { shift: false } }[settings.timeShift];
  const times = timeGrid(settings.numSteps, view.h * view.w, shift);
  return { ...settings, times, hooks: settings.kv === "on" ? hooks : none, kvCache };
}

/** Scaled latents [h, w, 64] of a picture at the model's size. */
export async function encodePicture(bundle: Bundle, view: ModelView, image: Float32Array): Promise<Tensor> {
  const latents = await bundle.vae.encode({ shape: [1, 3, view.height, view.width], data: image });
  return { shape: [view.h, view.w, 64], data: packLatents(latents.data, view) };
}

/** Masked picture and mask of a Fill model, for the inversion and for what follows it. */
async function conditionsOf(bundle: Bundle, settings: EditSettings, view: ModelView, pictures: ModelPictures) {
  if (settings.change === "vacated") {
    const shown = await condition(bundle, view, pictures.preview, pictures.vacated);
    return { sourceCondition: shown, targetCondition: shown };
  }
  const source = await condition(bundle, view, pictures.before, pictures.editable);
  if (settings.condition === "edit-area") return { sourceCondition: source, targetCondition: source };
  return {
    sourceCondition: source,
    targetCondition: await condition(bundle, view, pictures.preview, pictures.vacated),
  };
}

async function condition(bundle: Bundle, view: ModelView, picture: Rgb, mask: Float32Array): Promise<Tensor> {
  const binary = binarise(mask);
  const masked = maskImage(toTensor(picture), binary);
  const latents = await bundle.vae.encode({ shape: [1, 3, view.height, view.width], data: masked });
  return { shape: [view.h, view.w, 320], data: fillCondition(latents.data, binary, view) };
}

function regionPaths(settings: EditSettings, edit: ResolvedEdit, view: ModelView): RegionPath[] {
  const masks = edit.operations.map((operation) => cropPlanes(operation.grown, view.box));
  const { weights } = regionWeights(masks);
  return edit.operations.map((operation, i) => {
    const mask = masks[i] as Planes; // one per operation
    const weight = weights[i] ?? 1;
    const progress = (iteration: number) => progressAt(iteration, settings.transportIterations);
    if (settings.fidelity === "paper code") {
      const { region, motion } = cutMotion(paperOperation(operation, view.box), mask, view.cut);
      return { weight, region, mapAt: (iteration) => samplingMap(motion, progress(iteration)) };
    }
    return {
      weight,
      region: regionCut(mask, view.cut),
      mapAt: (iteration) => cutMap(view, operation.at(progress(iteration))),
    };
  });
}

/** The published code knows moves and rotations about a point, given by whole pixels with centres at integers. */
function paperOperation({ motion, affine, centroid }: ResolvedOperation, [x0, y0]: Box): PaperOperation {
  const [x, y] = apply(affine, centroid);
  const target = [x - x0 - 0.5, y - y0 - 0.5] as const;
  if (motion.type !== "rotation") return { task: "transformation", target, anchor: null };
  const about = motion.about ?? centroid;
  return { task: "rotation", target, anchor: [about[0] - x0 - 0.5, about[1] - y0 - 0.5] };
}

function editableTokens(editable: Float32Array, view: ModelView): Tensor {
  const planes = { channels: 1, height: view.height, width: view.width, data: editable };
  return channelTokens(editableLatent(planes, [2 * view.h, 2 * view.w]).data, view);
}

/** Every latent that touches an uncovered pixel, and its neighbours: the seam. */
function seamTokens(vacated: Float32Array, view: ModelView): Tensor {
  const [rows, columns] = [2 * view.h, 2 * view.w];
  const data = new Float32Array(rows * columns);
  for (let i = 0; i < vacated.length; i++) {
    if ((vacated[i] ?? 0) < 0.1) continue;
    const [y, x] = [Math.floor(i / view.width / LATENT), Math.floor((i % view.width) / LATENT)];
    for (let r = Math.max(y - 1, 0); r <= Math.min(y + 1, rows - 1); r++) {
      data.fill(1, r * columns + Math.max(x - 1, 0), r * columns + Math.min(x + 1, columns - 1) + 1);
    }
  }
  return channelTokens(data, view);
}

/** A plane of latents [2h, 2w], the same for every channel, as tokens [h, w, 64]. */
function channelTokens(data: Float32Array, view: ModelView): Tensor {
  const repeated = new Float32Array(16 * data.length);
  for (let c = 0; c < 16; c++) repeated.set(data, c * data.length);
  return { shape: [view.h, view.w, 64], data: packLatents(repeated, view) };
}

/** Picture pixels per latent. */
const LATENT = 8;

/** A mask's part inside whole-pixel `box` as one plane of {0, 1}. */
function cropPlanes(mask: Mask, [x0, y0, x1, y1]: Box): Planes {
  const [width, height] = [x1 - x0, y1 - y0];
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = (y0 + y) * mask.width + x0;
    for (let x = 0; x < width; x++) data[y * width + x] = (mask.data[row + x] ?? 0) > 127 ? 1 : 0;
  }
  return { channels: 1, height, width, data };
}

/** What the bundle's adapter says about the picture, when its scale is not 0. */
async function adapterOf(
  bundle: Bundle,
  settings: EditSettings,
  edit: ResolvedEdit,
  original: Rgb,
  view: Rgb,
): Promise<AdapterInput | undefined> {
  const { adapter, vae } = bundle;
  const subject = edit.operations[0] && boundingBox(edit.operations[0].region);
  if (adapter === undefined || adapterScaleOf(settings) === 0 || !subject) return undefined;
  const pictures = { original, subject, view, encode: (image: Tensor) => vae.encode(image) };
  return adapter.describe(pictures, adapterScales(settings));
}
