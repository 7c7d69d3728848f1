/** How much memory an edit's transformer takes, whole or block by block. Counted from sizes, with factors that
 * `scripts/big-model.ts` compares with what a process really took. */
import { GROUP } from "../layered/group.ts";
import { type FluxConfig, hiddenWidth } from "../models/flux-config.ts";
import type { EditSettings } from "../models/settings.ts";
import type { WeightSource } from "../weights/source.ts";
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
}

export interface MemoryNeed {
  readonly execution: "whole" | "layerwise";
  /** Copies of weights in memory; what is only mapped from a file is not counted. */
  readonly weights: number;
  readonly activations: number;
  /** Captured K and V. */
  readonly keysValues: number;
  /** Features at cut size and their loss. */
  readonly loss: number;
  readonly total: number;
}

const FLOAT = 4;
/** Node, the runtime, the picture and the autoencoder. */
const BASE = 512 * 2 ** 20;
/** Tensors of a block's tokens [S, D], and of its attention [H, S, S], alive at its peak, gradient included. */
const BLOCK_TOKENS = 60;
const BLOCK_ATTENTION = 5;
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
  regionShare = 1,
): MemoryNeed {
  const whole = execution === "whole";
  const weights = whole ? wholeWeights(model, settings) : 2 * FLOAT * model.largestBlock;
  const activations = activationBytes(model, settings, view, whole);
  const keysValues = keysValuesBytes(model, settings, view, whole);
  const loss = lossBytes(model, settings, view, whole, regionShare);
  const total = BASE + weights + activations + keysValues + loss;
  return { execution, weights, activations, keysValues, loss, total };
}

/** Every compiled graph holds its weights in float32: velocities with capture and with replay, features, and the
 * supervision, which packs them for both directions. */
function wholeWeights({ parameters, doubles }: ModelSize, { kv }: MemorySettings): number {
  const velocities = kv === "on" ? 2 : 1;
  return FLOAT * (velocities * parameters + 3 * doubles);
}

function activationBytes(
  { config }: ModelSize,
  { features, textTokens }: MemorySettings,
  { h, w }: Pick<ModelView, "h" | "w">,
  whole: boolean,
): number {
  const [tokens, d] = [textTokens + h * w, hiddenWidth(config)];
  const attention = config.heads * tokens ** 2;
  const last = 1 + Math.max(...features.map((name) => Number(name.split("-")[1])));
  const peak = BLOCK_TOKENS * tokens * d + BLOCK_ATTENTION * attention;
  const saved = whole ? last * (SAVED_TOKENS * tokens * d + SAVED_ATTENTION * attention) : last * tokens * d;
  return FLOAT * (peak + saved);
}

function keysValuesBytes(
  { config }: ModelSize,
  settings: MemorySettings,
  { h, w }: Pick<ModelView, "h" | "w">,
  whole: boolean,
): number {
  if (settings.kv === "off") return 0;
  const rows = settings.hookDoubles.length * h * w + settings.hookSingles.length * (h * w + settings.textTokens);
  const pass = 2 * rows * hiddenWidth(config);
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
