/** How much memory an edit's transformer takes, whole or block by block. Counted from sizes, with factors that
 * `scripts/big-model.ts` compares with what a process really took. */
import { ATTENTION_BYTES, GROUP } from "../layered/limits.ts";
import { TILING } from "../models/autoencoder-tiles.ts";
import { type FluxConfig, hiddenWidth } from "../models/flux-config.ts";
import { adapterScaleOf, type EditSettings } from "../models/settings.ts";
import type { WeightSource } from "../weights/source.ts";
import type { Beside } from "./beside.ts";
import type { ModelView } from "./model-view.ts";
import { evaluationsOf } from "./workload.ts";

/** What a transformer's files say without being read. */
export interface ModelSize {
  readonly config: Pick<FluxConfig, "doubles" | "singles" | "heads" | "headDim">;
  /** Bytes of its tensors as stored. */
  readonly stored: number;
  readonly parameters: number;
  /** Parameters of the largest block, its modulation left out. */
  readonly largestBlock: number;
  /** Parameters of the double blocks, their modulation left out. */
  readonly doubles: number;
  /** Of the bundle's other parts; left out, they are not counted. */
  readonly beside?: Beside;
}

/** Where products are computed: the CPU with float32, or a GPU whose factors are in 16 bit, on its own memory. */
export type Processor = "cpu" | "gpu";

export interface MemoryNeed {
  readonly execution: "whole" | "layerwise";
  /** Copies of weights in memory; what is only mapped from a file is not counted. */
  readonly weights: number;
  readonly activations: number;
  /** Captured K and V; of a GPU those in use only, as the others stay with the CPU. */
  readonly keysValues: number;
  /** Features at cut size and their loss. */
  readonly loss: number;
  /** Weights of the autoencoder, the text encoders and the adapter as float32, and the adapter's own K and V. */
  readonly beside: number;
  /** What the autoencoder computes; never at the same time as the drag. */
  readonly autoencoder: number;
  readonly total: number;
}

const FLOAT = 4;
const HALF = 2;
/** Node, the runtime and the picture. */
const BASE = 512 * 2 ** 20;
/** Tensors of a block's tokens [S, D], and of its attention [H, S, S] or a tile of it, alive at its peak, gradient
 * included. */
const BLOCK_TOKENS = 60;
const BLOCK_ATTENTION = 5;
/** Planes of a picture's size alive at the peak of FLUX's autoencoder, counted in its graph: six of 128 channels. */
const AUTOENCODER_PLANES = 6 * 128;
/** Channels of its middle alive at the peak: twelve tensors of 512. */
const MIDDLE_CHANNELS = 12 * 512;
/** Image tokens of the adapters at most (InstantCharacter). */
const ADAPTER_TOKENS = 1024;
/** What a whole graph keeps of every block for its backward pass. */
const SAVED_TOKENS = 34;
const SAVED_ATTENTION = 2;

export function modelSize(config: FluxConfig, source: WeightSource): ModelSize {
  const blocks = new Map<string, number>();
  let [stored, parameters, doubles] = [0, 0, 0];
  for (const name of source.names()) {
    const { shape, parts } = source.get(name);
    const count = shape.reduce((product, size) => product * size, 1);
    parameters += count;
    stored += parts.reduce((sum, { length }) => sum + length, 0);
    const [, block] = /^((?:single_)?transformer_blocks\.\d+)\.(?!norm1|norm\.)/.exec(name) ?? [];
    if (block === undefined) continue;
    blocks.set(block, (blocks.get(block) ?? 0) + count);
    if (!block.startsWith("single")) doubles += count;
  }
  return { config, stored, parameters, largestBlock: Math.max(0, ...blocks.values()), doubles };
}

export type MemorySettings = Pick<
  EditSettings,
  | "features"
  | "hookDoubles"
  | "hookSingles"
  | "kv"
  | "kvPrecision"
  | "kvMemory"
  | "textTokens"
  | "adapter"
  | "adapterScale"
  | "solver"
  | "numSteps"
  | "skip"
>;

/** `regionShare`: of the cut features, how much the regions' boxes cover (0–1). */
export function memoryNeed(
  model: ModelSize,
  settings: MemorySettings,
  view: Pick<ModelView, "h" | "w" | "cut">,
  execution: MemoryNeed["execution"],
  { regionShare = 1, processor = "cpu" }: { regionShare?: number; processor?: Processor } = {},
): MemoryNeed {
  const whole = execution === "whole";
  const weights = processor === "gpu" ? gpuWeights(model, settings, whole) : cpuWeights(model, settings, whole);
  const activations = activationBytes(model, settings, view, whole);
  const keysValues = keysValuesBytes(model, settings, view, whole, processor);
  const loss = lossBytes(model, settings, view, whole, regionShare);
  const [beside, autoencoder] = [besideBytes(model, settings, processor), autoencoderBytes(model, view)];
  const total = BASE + weights + beside + keysValues + Math.max(activations + loss, autoencoder);
  return { execution, weights, activations, keysValues, loss, beside, autoencoder, total };
}

function besideBytes({ config, beside }: ModelSize, settings: MemorySettings, processor: Processor): number {
  if (beside === undefined) return 0;
  const adapted = beside.adapter > 0 && adapterScaleOf(settings) > 0;
  const blocks = config.doubles + config.singles;
  const adapter = adapted ? beside.adapter + 2 * ADAPTER_TOKENS * hiddenWidth(config) * blocks : 0;
  return (processor === "gpu" ? HALF : FLOAT) * (beside.autoencoder + beside.texts + adapter);
}

/** Of one tile at most; of the whole picture what goes in and comes out; and beyond a tile the middle at the latents' size,
 * which is computed whole at another time than the tiles. */
function autoencoderBytes({ beside }: ModelSize, { h, w }: Pick<ModelView, "h" | "w">): number {
  if (beside === undefined) return 0;
  const side = (places: number) => Math.min(2 * places, TILING.side);
  const [tile, places] = [side(h) * side(w), 4 * h * w];
  const planes = 64 * AUTOENCODER_PLANES * tile;
  const whole = Math.max(h, w) * 2 <= TILING.side;
  const attention = whole ? 3 * tile ** 2 : 3 * (ATTENTION_BYTES / FLOAT);
  const middle = whole ? 0 : MIDDLE_CHANNELS * places;
  return FLOAT * (Math.max(planes, middle) + attention + 64 * 16 * places);
}

/** Whole, every compiled graph holds its weights in float32: velocities with capture and with replay, features, and the
 * supervision, which packs them for both directions. Block by block they stay mapped, and two blocks are converted. */
function cpuWeights({ parameters, doubles, largestBlock }: ModelSize, { kv }: MemorySettings, whole: boolean): number {
  const velocities = kv === "on" ? 2 : 1;
  return FLOAT * (whole ? velocities * parameters + 3 * doubles : 2 * largestBlock);
}

/** The same in 16 bit, nothing packed. Block by block, as many blocks stay on the GPU as the model has bytes. */
function gpuWeights({ parameters, doubles, largestBlock }: ModelSize, { kv }: MemorySettings, whole: boolean): number {
  const velocities = kv === "on" ? 2 : 1;
  return HALF * (whole ? velocities * parameters + 2 * doubles : parameters + 2 * largestBlock);
}

function activationBytes(
  { config }: ModelSize,
  { features, textTokens }: MemorySettings,
  { h, w }: Pick<ModelView, "h" | "w">,
  whole: boolean,
): number {
  const [tokens, d] = [textTokens + h * w, hiddenWidth(config)];
  const attention = config.heads * tokens ** 2;
  // A tile is of image rows where the text's are fewer.
  const tile = whole ? attention : Math.min(attention, ((ATTENTION_BYTES / FLOAT) * tokens) / (h * w));
  const last = 1 + Math.max(...features.map((name) => Number(name.split("-")[1])));
  const peak = BLOCK_TOKENS * tokens * d + BLOCK_ATTENTION * tile;
  const saved = whole ? last * (SAVED_TOKENS * tokens * d + SAVED_ATTENTION * attention) : last * tokens * d;
  return FLOAT * (peak + saved);
}

function keysValuesBytes(
  { config }: ModelSize,
  settings: MemorySettings,
  { h, w }: Pick<ModelView, "h" | "w">,
  whole: boolean,
  processor: Processor,
): number {
  if (settings.kv === "off") return 0;
  const rows = settings.hookDoubles.length * h * w + settings.hookSingles.length * (h * w + settings.textTokens);
  const pass = 2 * rows * hiddenWidth(config);
  if (processor === "gpu") return pass * FLOAT;
  const size = keptPrecision(settings, whole ? "whole" : "layerwise") === "fp32" ? 4 : 2;
  const all = evaluationsOf(settings) * pass * size;
  // One pass in use besides what is kept, as float32.
  return Math.min(all, settings.kvMemory * 2 ** 20 + pass * size) + pass * FLOAT;
}

/** "auto" keeps float32 where the whole model is in memory anyway. */
export function keptPrecision(
  { kvPrecision }: Pick<EditSettings, "kvPrecision">,
  execution: MemoryNeed["execution"],
): "fp32" | "16-bit" {
  if (kvPrecision !== "auto") return kvPrecision;
  return execution === "whole" ? "fp32" : "16-bit";
}

/** Layerwise: taps and their cotangents, and a group of channels at cut size at a time. Whole: source features at cut
 * size, and in the regions' boxes the target, the features and their cotangents. */
function lossBytes(
  { config }: ModelSize,
  { features }: MemorySettings,
  { h, w, cut }: Pick<ModelView, "h" | "w" | "cut">,
  whole: boolean,
  share: number,
): number {
  const channels = (features.length * hiddenWidth(config)) / 4;
  const taps = 3 * features.length * h * w * hiddenWidth(config);
  const area = cut[0] * cut[1];
  const planes = whole ? channels * area * (1 + 5 * share) : Math.min(channels, GROUP) * area * 6;
  return FLOAT * (taps + planes);
}
