/** A transformer run as whole graphs: one for a velocity, one for features, one for loss and gradient. */
import type { Flux, FluxCall } from "../models/flux.ts";
import type { CutFeatures, DragModel, FeatureGoal, Supervision } from "./model.ts";
import type { Planes, Size2 } from "./resize.ts";
import { cutFeatures, supervise } from "./supervision.ts";
import { warpBox } from "./warp-box.ts";

export class WholeModel implements DragModel {
  readonly #flux: Flux;
  /** Of the call before: once regions are at their goal, every iteration wants the same. */
  #targets: readonly { readonly goal: FeatureGoal; readonly moved: Float32Array }[] = [];

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
    const before = this.#targets;
    const targets = goals.map(async (goal, i) => {
      const known = before[i];
      return known && isSame(known.goal, goal) ? known : { goal, moved: await goal.source.warp(goal.map, goal.box) };
    });
    this.#targets = await Promise.all(targets);
    const regions = this.#targets.map(({ moved }, i) => ({ ...(goals[i] as FeatureGoal), target: moved })); // one each
    return supervise(this.#flux, call, names, cut, regions);
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

/** Whether both want the same features at the same place. */
function isSame(a: FeatureGoal, b: FeatureGoal): boolean {
  const numbers = ({ map, box }: FeatureGoal) => [...map, box.x, box.y, box.width, box.height];
  const other = numbers(b);
  return a.source === b.source && numbers(a).every((value, i) => value === other[i]);
}
