/** A transformer run as whole graphs: one for a velocity, one for features, one for loss and gradient. */
import type { Flux, FluxCall } from "../models/flux.ts";
import type { CutFeatures, DragModel, FeatureGoal, Supervision } from "./model.ts";
import type { Planes, Size2 } from "./resize.ts";
import { cutFeatures, supervise } from "./supervision.ts";
import { warpBox } from "./warp-box.ts";

export class WholeModel implements DragModel {
  readonly #flux: Flux;
  /** One goal is wanted iteration after iteration, once its region has arrived. */
  readonly #moved = new WeakMap<FeatureGoal, Float32Array>();

  constructor(flux: Flux) {
    this.#flux = flux;
  }

  velocity(call: FluxCall) {
    return this.#flux.velocity(call);
  }

  async features(call: FluxCall, names: readonly string[], cut: Size2): Promise<CutFeatures> {
    return planesFeatures(await cutFeatures(this.#flux, call, names, cut));
  }

  async supervise(
    call: FluxCall,
    names: readonly string[],
    cut: Size2,
    goals: readonly FeatureGoal[],
  ): Promise<Supervision> {
    const regions = goals.map(async (goal) => ({ ...goal, target: await this.#movedSource(goal) }));
    return supervise(this.#flux, call, names, cut, await Promise.all(regions));
  }

  async #movedSource(goal: FeatureGoal): Promise<Float32Array> {
    const moved = this.#moved.get(goal) ?? (await goal.source.warp(goal.map, goal.box));
    this.#moved.set(goal, moved);
    return moved;
  }
}

export function planesFeatures(planes: Planes): CutFeatures {
  const size = planes.height * planes.width;
  return {
    channels: planes.channels,
    warp: async (map, box, from = 0, count = planes.channels - from) => {
      const data = planes.data.subarray(from * size, (from + count) * size);
      return warpBox({ ...planes, channels: count, data }, map, box);
    },
  };
}
