/** Arithmetic of one FLUX.1-dev drag iteration, counted from our graphs at its dimensions, beside the published loop's.
 *
 * The published loop (docs/flux.md §5) runs the whole transformer forward, K and V of the hooked blocks projected and then
 * overwritten, throws the velocity away, and lets autograd go back from the features to the latents. Weights are frozen: a
 * linear layer is passed once on the way back. Single blocks lie behind the features, no way back leads through them. With
 * its checkpoint for every block, going back computes the double blocks a second time. */
import { supervisionOutputs } from "../src/engine/drag/supervision.ts";
import type { Value } from "../src/engine/graph/value.ts";
import { input } from "../src/engine/graph/value.ts";
import { type BlockPart, blockGradient, blockGraph, embedGradient, embedGraph } from "../src/engine/layered/graphs.ts";
import type { FluxConfig } from "../src/engine/models/flux-config.ts";
import { type FluxHooks, fluxGraph, focusedTaps } from "../src/engine/models/flux-graph.ts";
import { modulationGraph, partModulation } from "../src/engine/models/flux-modulation.ts";
import { Params } from "../src/engine/nn/params.ts";
import type { WeightSource } from "../src/engine/weights/source.ts";
import { flopsOf, type Sizes } from "./flops.ts";

/** docs/flux.md §1.1. */
export const FLUX_DEV: FluxConfig = {
  inChannels: 64,
  outChannels: 64,
  doubles: 19,
  singles: 38,
  heads: 24,
  headDim: 128,
  textWidth: 4096,
  pooledWidth: 768,
  guidance: true,
  ropeAxes: [16, 56, 56],
};
/** docs/flux.md §5.1, §5.4. */
const FEATURES = ["DOUBLE-17-0", "DOUBLE-17-2", "DOUBLE-18-0", "DOUBLE-18-2"];
const HOOKS: FluxHooks = { inject: { doubles: [0, 7, 8, 9, 10, 18], singles: [6, 9, 18, 23, 26, 31, 37] } };
const TEXT_TOKENS = 256;

/** TFLOP of one iteration. */
export interface DevCount {
  readonly workingSize: number;
  /** Whole transformer, forward. */
  readonly velocity: number;
  /** Double blocks once more, as the checkpoints make them. */
  readonly again: number;
  /** From the features back to the latents. */
  readonly back: number;
  readonly published: { readonly plain: number; readonly checkpointed: number };
  /** As one graph, with a region over the whole picture and with one of a third of its side; block by block. */
  readonly ours: { readonly whole: number; readonly third: number; readonly blockwise: number };
}

/** At a square picture of so many pixels a side. */
export function countDev(workingSize: number, config: FluxConfig = FLUX_DEV, features = FEATURES): DevCount {
  const params = () => new Params(shapesOnly());
  const [everywhere, third] = [sizesFor(workingSize, 1), sizesFor(workingSize, 1 / 3)];
  const count = (outputs: readonly Value[], sizes = everywhere) => flopsOf(outputs, sizes) / 1e12;
  const velocity =
    count([fluxGraph(params(), config).velocity]) + count(Object.values(modulationGraph(params(), config)));
  const whole = fluxGraph(params(), config, HOOKS);
  const { loss, grad } = supervisionOutputs(whole, features, 1);
  const forward = count([loss as Value]); // `supervisionOutputs` names both
  const back = count([loss as Value, grad as Value]) - forward;
  const onlyLoss = forward - count(features.map((name) => whole.taps.get(name) as Value)); // taps of that config
  const again = doublesAgain(config, params, everywhere) / 1e12;
  const focused = focusedTaps(params(), config, HOOKS, Math.max(...features.map(blockOf)));
  const iteration = Object.values(supervisionOutputs(focused, features, 1));
  return {
    workingSize,
    velocity,
    again,
    back,
    published: { plain: velocity + onlyLoss + back, checkpointed: velocity + onlyLoss + again + back },
    ours: {
      whole: count(iteration),
      third: count(iteration, third),
      // The loss and its way back, as resizing costs the same both ways.
      blockwise: blockwise(config, features, params, everywhere) / 1e12 + 2 * onlyLoss,
    },
  };
}

/** A region's box has so much of the picture's side; features are compared at half the picture's size. */
function sizesFor(workingSize: number, share: number): Sizes {
  const side = workingSize / 16;
  const box = Math.floor((workingSize / 2) * share);
  // Tokens that its pixels are resized from: one more at each end at most.
  const under = Math.min(Math.ceil(side * share) + 2, side);
  return new Map(Object.entries({ T: TEXT_TOKENS, h: side, w: side, bh0: box, bw0: box, fh: under, fw: under }));
}

/** Modulation included: it is inside a checkpointed block. */
function doublesAgain(config: FluxConfig, params: () => Params, sizes: Sizes): number {
  return blocks(config.doubles).reduce((sum, part) => {
    const active = input("active", [1, config.heads * config.headDim]);
    const modulation = partModulation(params(), config, part, active);
    const outputs = blockGraph(params(), config, {}, part, ["img", "txt"]);
    return sum + flopsOf([...Object.values(modulation), ...Object.values(outputs)], sizes);
  }, 0);
}

/** As `LayeredModel` runs it: forward to the last feature, then block after block back, each computed again inside. */
function blockwise(config: FluxConfig, features: readonly string[], params: () => Params, sizes: Sizes): number {
  const last = Math.max(...features.map(blockOf));
  const count = (outputs: Record<string, Value>) => flopsOf(Object.values(outputs), sizes);
  let total = count(embedGraph(params(), config)) + count(embedGradient(params(), config));
  let above: string[] = [];
  for (const part of blocks(last + 1).reverse()) {
    const own = features.filter((name) => blockOf(name) === part.index);
    const wanted = part.index === last ? own : ["img", "txt", ...own];
    total += count(blockGraph(params(), config, HOOKS, part, wanted));
    const back = blockGradient(params(), config, HOOKS, part, [...above, ...own], part.index > 0);
    total += count(back);
    above = Object.keys(back);
  }
  return total;
}

function blocks(count: number): (BlockPart & { kind: "double" })[] {
  return Array.from({ length: count }, (_, index) => ({ kind: "double" as const, index }));
}

function blockOf(tap: string): number {
  return Number(tap.split("-")[1]);
}

/** Weights that are only their shapes: graphs are counted, never run. */
function shapesOnly(): WeightSource {
  const ref = (name: string, shape: readonly number[]) => ({ name, shape, dtype: "BF16" as const, parts: [] });
  return {
    path: "shapes",
    has: () => true,
    names: () => [],
    get: (name) => ref(name, []),
    expectShape: ref,
  };
}
