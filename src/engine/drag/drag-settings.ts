/** What a drag is told: its constants, and what it works on. */
import type { SolverName } from "../flow/solver.ts";
import type { AdapterInput, TextStates } from "../models/flux.ts";
import type { KvBlocks } from "../models/flux-graph.ts";
import type { Tensor } from "../onnx/session.ts";
import type { Background } from "./background.ts";
import type { KvCacheOptions } from "./kv-cache.ts";
import type { OptimiserName } from "./optimiser.ts";
import type { RegionPath } from "./region-goals.ts";
import type { Size2 } from "./resize.ts";

/** What leads the latents: the moved regions (the paper), single points (the baseline), or nothing. */
export const SUPERVISIONS = ["region", "point", "none"] as const;
export type SupervisionKind = (typeof SUPERVISIONS)[number];

/** Whose latents a hard background has on the way down: the original's, sampled beside the edit (the paper), or those that
 * the inversion passed on its way up. */
export const BACKGROUND_SOURCES = ["sampling", "inversion"] as const;
export type BackgroundSource = (typeof BACKGROUND_SOURCES)[number];

export interface DragSettings {
  /** Taps in order, e.g. ["DOUBLE-17-0", "DOUBLE-17-2"]. */
  readonly features: readonly string[];
  /** Blocks whose K and V are captured and replayed; empty lists switch the replay off. */
  readonly hooks: KvBlocks;
  /** N + 1 times from 1 to 0; the drag happens at `times[skip]`. */
  readonly times: readonly number[];
  readonly skip: number;
  readonly solver: SolverName;
  readonly inversionGuidance: number | null;
  readonly samplingGuidance: number | null;
  readonly transportIterations: number;
  readonly intensifyIterations: number;
  /** Ends the iterations at the goal when the loss falls by less than this share of itself in five of them. Default 0: never. */
  readonly earlyStop?: number;
  /** Step sizes; proportional to 1/N of the loss, so not transferable between models. */
  readonly lrTransport: number;
  readonly lrIntensify: number;
  /** Default "plain". */
  readonly optimiser?: OptimiserName;
  /** Default "region". */
  readonly supervision?: SupervisionKind;
  /** Default "hard". */
  readonly background?: Background;
  /** Default "sampling". */
  readonly backgroundFrom?: BackgroundSource;
  /** Of the background "loss". Default 1. */
  readonly backgroundWeight?: number;
  /** Where the inversion's K and V are kept. Default: float32 in memory. */
  readonly kvCache?: KvCacheOptions;
}

export interface DragInputs {
  /** Text of the inversion and of everything after it. */
  readonly sourceText: TextStates;
  readonly targetText: TextStates;
  /** Constant channels of a Fill model, [h, w, 320]: those of the inversion and those after it. */
  readonly sourceCondition?: Tensor;
  readonly targetCondition?: Tensor;
  readonly cut: Size2;
  readonly regions: readonly RegionPath[];
  /** 1 where latents may change, repeated over the channels of each token: [h, w, 64]. */
  readonly editable: Tensor;
  /** Adapters of the inversion and of the sampling. */
  readonly adapter?: AdapterInput;
}
