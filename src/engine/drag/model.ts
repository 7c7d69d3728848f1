/** What the drag algorithm needs of a transformer, however it is run: whole graphs, or one block after another. */
import type { FluxCall, KeysValues } from "../models/flux.ts";
import type { Tensor } from "../onnx/session.ts";
import type { FeatureMover } from "./feature-mover.ts";
import type { SamplingMap } from "./paper-affine.ts";
import type { Size2 } from "./resize.ts";
import type { CutBox } from "./warp-box.ts";

/** Block features at cut size, fixed: read moved, inside a box, some channels at a time. */
export interface CutFeatures {
  readonly channels: number;
  /** [count, box.height, box.width] of the channels from `from`: bilinear, positions outside clamped to the border,
   * and nothing that counts where the options' mask is 0. */
  warp(map: SamplingMap, box: CutBox, options?: WarpOptions): Promise<Float32Array<ArrayBuffer>>;
  /** For features that are whole: one for each goal of an iteration, the same one in the next, when the goal reads the same part
   * of them elsewhere. */
  mover?(goal: number): FeatureMover;
}

export interface WarpOptions {
  /** Which samples are wanted, [box.height, box.width]; default all. */
  readonly mask?: Float32Array | undefined;
  /** First channel, and how many; default all. */
  readonly from?: number;
  readonly count?: number;
}

/** What the features inside a box must become: `source` as `map` moves it. */
export interface FeatureGoal {
  readonly box: CutBox;
  /** {0, 1}, [bh, bw]. */
  readonly mask: Float32Array;
  readonly map: SamplingMap;
  readonly source: CutFeatures;
  /** Whether the next iteration will want the same part of the source, moved further. */
  readonly recurs?: boolean;
  /** γ. */
  readonly weight: number;
}

/** Masked L1 over the whole feature map's count, and its gradient. */
export interface Supervision {
  readonly loss: number;
  /** ∂loss/∂latents [h, w, 64]. */
  readonly grad: Tensor;
}

export interface DragModel {
  /** Velocity [h, w, 64] and, where asked, the raw K and V of blocks. */
  velocity(call: FluxCall): Promise<{ velocity: Tensor; captured: KeysValues }>;
  /** `names` are taps such as "DOUBLE-17-0"; channels = taps · D/4. */
  features(call: FluxCall, names: readonly string[], cut: Size2): Promise<CutFeatures>;
  /** At `call.latents`; `goals` holds at least one. */
  supervise(call: FluxCall, names: readonly string[], cut: Size2, goals: readonly FeatureGoal[]): Promise<Supervision>;
}
