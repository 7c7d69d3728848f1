/** A transformer run as whole graphs: one for a velocity, one for features, one for loss and gradient. */
import type { Flux, FluxCall } from "../models/flux.ts";
import type { CutFeatures, DragModel, FeatureGoal, Supervision } from "./model.ts";
import type { Planes, Size2 } from "./resize.ts";
import { cutFeatures, supervise } from "./supervision.ts";
import { warpBox } from "./warp-box.ts";

export class WholeModel implements DragModel {
  readonly #flux: Flux;

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
    const targets = goals.map(async ({ box, mask, map, source, weight }) => {
      return { box, mask, weight, target: await source.warp(map, box) };
    });
    return supervise(this.#flux, call, names, cut, await Promise.all(targets));
  }
}

/** Regions whose moved features are kept: at the goal, iteration after iteration asks for the same. */
const KEPT = 4;

/** What `warp` gives must not be written to. */
export function planesFeatures(planes: Planes): CutFeatures {
  const size = planes.height * planes.width;
  const kept = new Map<string, Float32Array<ArrayBuffer>>();
  return {
    channels: planes.channels,
    warp: async (map, box, from = 0, count = planes.channels - from) => {
      const key = [...map, box.x, box.y, box.width, box.height, from, count].join();
      const data = planes.data.subarray(from * size, (from + count) * size);
      const warped = kept.get(key) ?? warpBox({ ...planes, channels: count, data }, map, box);
      kept.set(key, warped);
      for (const oldest of kept.keys()) if (kept.size > KEPT) kept.delete(oldest);
      return warped;
    },
  };
}
