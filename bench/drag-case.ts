/** One drag problem on a bundle's transformer, the same for our engine and for PyTorch: random latents, one square region
 * of a third of the picture's side that moves a sixth of it. */
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  type Anchors,
  DragFlow,
  type DragInputs,
  type DragSettings,
  type Inversion,
} from "../src/engine/drag/dragflow.ts";
import { KvCache } from "../src/engine/drag/kv-cache.ts";
import type { SamplingMap } from "../src/engine/drag/paper-affine.ts";
import { cutShape } from "../src/engine/drag/paper-regions.ts";
import type { RegionPath } from "../src/engine/drag/region-goals.ts";
import { WholeModel } from "../src/engine/drag/whole-model.ts";
import { gaussian } from "../src/engine/edit/noise.ts";
import type { Bundle } from "../src/engine/models/bundle.ts";
import type { FluxCall } from "../src/engine/models/flux.ts";
import type { KvBlocks } from "../src/engine/models/flux-graph.ts";
import type { Tensor } from "../src/engine/onnx/session.ts";

export interface DragWish {
  /** Pixels of the square picture's side, a multiple of 16. */
  readonly workingSize: number;
  /** Whether K and V of the bundle's hooked blocks are replayed, as published, or not. */
  readonly replay: boolean;
  readonly iterations: number;
  readonly regions?: number;
}

export interface DragCase {
  readonly bundle: Bundle;
  readonly wish: DragWish;
  readonly drag: DragFlow;
  readonly inputs: DragInputs;
  readonly settings: DragSettings;
  readonly inversion: Inversion;
  readonly anchors: Anchors;
  readonly start: Tensor;
  readonly call: FluxCall;
}

/** Start of the drag, far from both ends. */
const TIME = 0.4;
/** Small: a step must not change what the next one costs. */
const RATE = 1;

export async function dragCase(bundle: Bundle, wish: DragWish): Promise<DragCase> {
  const { flux, settings: bundled } = bundle;
  const side = wish.workingSize / 16;
  const tensor = (channels: number, seed: number): Tensor => ({
    shape: [side, side, channels],
    data: gaussian(side * side * channels, seed),
  });
  const inputs = inputsOf(bundle, wish, tensor);
  const settings = settingsOf(bundle, wish);
  const call: FluxCall = {
    latents: tensor(64, 1),
    text: inputs.targetText,
    t: TIME,
    guidance: bundled.samplingGuidance,
    ...(inputs.targetCondition && { condition: inputs.targetCondition }),
  };
  const { captured } = wish.replay ? await flux.velocity({ ...call, capture: settings.hooks }) : { captured: {} };
  const passes = new KvCache();
  await passes.add(captured);
  const inversion = { zOrig: call.latents, passes };
  const drag = new DragFlow(new WholeModel(flux), inputs, settings);
  const anchors = await drag.anchor(inversion);
  const replayed = wish.replay ? { inject: captured } : {};
  return {
    bundle,
    wish,
    drag,
    inputs,
    settings,
    inversion,
    anchors,
    start: tensor(64, 2),
    call: { ...call, ...replayed },
  };
}

const NONE: KvBlocks = { doubles: [], singles: [] };

function settingsOf({ settings }: Bundle, { replay, iterations }: DragWish): DragSettings {
  return {
    features: settings.features,
    hooks: replay ? { doubles: settings.hookDoubles, singles: settings.hookSingles } : NONE,
    times: [1, TIME, 0],
    skip: 1,
    solver: settings.solver,
    inversionGuidance: settings.inversionGuidance,
    samplingGuidance: settings.samplingGuidance,
    transportIterations: iterations,
    intensifyIterations: 0,
    lrTransport: RATE,
    lrIntensify: RATE,
  };
}

function inputsOf(
  { flux, fill, settings }: Bundle,
  wish: DragWish,
  tensor: (channels: number, seed: number) => Tensor,
) {
  const text = flux.emptyText(settings.textTokens);
  const condition = tensor(320, 3);
  const inner = ([row, column]: readonly [number, number], side: number) =>
    Math.min(row, column) > 0 && Math.max(row, column) < side - 1;
  const editable = tensor(64, 0);
  const side = wish.workingSize / 16;
  editable.data.forEach((_, i) => {
    const token = Math.floor(i / 64);
    editable.data[i] = inner([Math.floor(token / side), token % side], side) ? 1 : 0;
  });
  return {
    sourceText: text,
    targetText: text,
    ...(fill ? { sourceCondition: condition, targetCondition: condition } : {}),
    cut: cutShape([wish.workingSize, wish.workingSize]),
    regions: regionsOf(wish),
    editable,
  } satisfies DragInputs;
}

/** Squares side by side; one is a third of the side, several share the width. */
function regionsOf({ workingSize, iterations, regions: count = 1 }: DragWish): RegionPath[] {
  const [rows, columns] = cutShape([workingSize, workingSize]);
  const side = Math.floor(columns / Math.max(3, count + 1));
  return Array.from({ length: count }, (_, i) => {
    const data = new Float32Array(rows * columns);
    const left = count === 1 ? side : i * side;
    for (let y = side; y < 2 * side; y++) data.fill(1, y * columns + left, y * columns + left + side);
    const region = { channels: 1, height: rows, width: columns, data };
    return { weight: 1 / count, region, mapAt: (k: number) => mapAt(side, (k + 1) / iterations) };
  });
}

/** Shares of no round number: no pixel of a moved mask lies between in and out. */
function mapAt(side: number, progress: number): SamplingMap {
  return [1, 0, -0.4871 * side * progress, 0, 1, -0.1713 * side * progress];
}

/** Writes everything that an iteration reads, for other programs: `case.json` and raw float32 files. */
export async function writeCase(folder: string, { bundle, wish, drag: _, ...given }: DragCase): Promise<void> {
  const { inputs, settings, inversion, anchors, start, call } = given;
  await mkdir(folder, { recursive: true });
  const flat = ({ data, shape: [h = 0, w = 0, c = 0] }: Tensor): Tensor => ({ shape: [h * w, c], data });
  const tensors: Record<string, Tensor> = {
    text: inputs.targetText.txt,
    pooled: inputs.targetText.pooled,
    source: flat(inversion.zOrig),
    start: flat(start),
    background: flat(anchors.zBackground),
    editable: flat(inputs.editable),
    ...(call.condition && { condition: flat(call.condition) }),
    ...call.inject,
  };
  for (const [i, { region }] of inputs.regions.entries()) {
    tensors[`region.${i}`] = { shape: [region.height, region.width], data: region.data };
  }
  const files: Record<string, { file: string; shape: readonly number[] }> = {};
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    files[name] = { file: `${name}.raw`, shape };
    await writeFile(join(folder, `${name}.raw`), new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  const iterations = [...Array(wish.iterations).keys()];
  const about = {
    weights: resolve(weightFile(bundle)),
    config: bundle.flux.config,
    features: settings.features,
    grid: call.latents.shape.slice(0, 2),
    cut: inputs.cut,
    time: call.t,
    guidance: call.guidance,
    rate: RATE,
    regions: inputs.regions.map(({ weight, mapAt }) => ({ weight, maps: iterations.map(mapAt) })),
    tensors: files,
  };
  await writeFile(join(folder, "case.json"), JSON.stringify(about));
}

/** Throws for a checkpoint in several files: the bench's own reader in Python reads one. */
function weightFile({ flux: { source } }: Bundle): string {
  const files = new Set(source.names().flatMap((name) => source.get(name).parts.map(({ file }) => file)));
  const [file] = files;
  if (file === undefined || files.size > 1) throw new TypeError(`Expected weights in one file, got ${files.size}`);
  return file;
}
