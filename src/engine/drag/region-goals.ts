/** Region supervision (flux.md §5.7–5.9): inside every moved region, the moved source features. */
import type { CutFeatures, FeatureGoal } from "./model.ts";
import { movedRegion, type SamplingMap } from "./paper-affine.ts";
import type { Planes } from "./resize.ts";
import { type CutBox, cropMask, maskBox } from "./warp-box.ts";

/** One region and its way, at cut size. */
export interface RegionPath {
  /** γ. */
  readonly weight: number;
  /** Soft region [1, hc, wc] before it moves. */
  readonly region: Planes;
  /** Where the pixels of the moved picture read from after `iteration` (from 0). */
  mapAt(iteration: number): SamplingMap;
}

/** An empty mask weighs nothing, wherever it lies. */
const NOWHERE: CutBox = { x: 0, y: 0, width: 2, height: 2 };

/** At their goal regions want the same iteration after iteration: such a goal is the very one of the iteration `before`. */
export function regionGoals(
  regions: readonly RegionPath[],
  iteration: number,
  source: CutFeatures,
  before: readonly FeatureGoal[] = [],
): FeatureGoal[] {
  return regions.map(({ weight, region, mapAt }, i) => {
    const map = mapAt(iteration);
    const known = before[i];
    if (known?.source === source && known.map.every((value, k) => value === map[k])) return known;
    const moved = movedRegion(region, map);
    const box = maskBox(moved) ?? NOWHERE;
    return { box, mask: cropMask(moved, box), map, source, weight, recurs: true };
  });
}
