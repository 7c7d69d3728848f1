/** A transformer run as whole graphs: one for a velocity, one for features, one for loss and gradient. */
import type { Flux, FluxCall } from "../models/flux.ts";
import { FeatureMover } from "./feature-mover.ts";
import type { CutFeatures, DragModel, FeatureGoal, Supervision } from "./model.ts";
import type { Planes, Size2 } from "./resize.ts";
import { cutFeatures, supervise } from "./supervision.ts";
import { warpBox } from "./warp-box.ts";

export class WholeModel implements DragModel {
  readonly #flux: Flux;
  /** By region: one goal is wanted iteration after iteration, once its region has arrived. A goal's features are not kept
   * alive by what is known of it. */
  readonly #moved: { goal: WeakRef<FeatureGoal>; target: Float32Array }[] = [];

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
    const regions = goals.map(async (goal, i) => ({ ...goal, target: await this.#movedSource(goal, i) }));
    return supervise(this.#flux, call, names, cut, await Promise.all(regions));
  }

  async #movedSource(goal: FeatureGoal, i: number): Promise<Float32Array> {
    const known = this.#moved[i];
    if (known?.goal.deref() === goal) return known.target;
    const { map, box, mask, source, recurs } = goal;
    const mover = recurs ? source.mover?.(i) : undefined; // what is read once needs no room of its own
    const target = mover?.move(map, box, mask) ?? (await source.warp(map, box, { mask }));
    this.#moved[i] = { goal: new WeakRef(goal), target };
    return target;
  }
}

export function planesFeatures(planes: Planes): CutFeatures {
  const size = planes.height * planes.width;
  const movers: FeatureMover[] = [];
  return {
    channels: planes.channels,
    warp: async (map, box, { from = 0, count = planes.channels - from, mask } = {}) => {
      const data = planes.data.subarray(from * size, (from + count) * size);
      return warpBox({ ...planes, channels: count, data }, map, box, mask);
    },
    mover: (goal) => {
      const mover = movers[goal] ?? new FeatureMover(planes);
      movers[goal] = mover;
      return mover;
    },
  };
}
