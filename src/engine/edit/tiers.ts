/** Which picture an edit delivers: each tier is measured, and a slower one replaces a faster one only when it is better. */
import type { Gates } from "../api.ts";
import type { Mask, Rgb } from "../raster.ts";
import type { ResolvedEdit } from "../recipe/resolve.ts";
import { QUALITIES, type Quality } from "../recipe/schema.ts";
import { measureGates } from "../retouch/gates.ts";

export interface TierResult {
  readonly tier: Quality;
  readonly picture: Rgb;
  readonly gates: Gates;
}

export function gatesOf(before: Rgb, after: Rgb, edit: ResolvedEdit, vacated: Mask): Gates {
  const regions = edit.operations.map(({ grown, target, affine, keepSource }) => ({
    source: grown,
    target,
    vacated: keepSource ? { ...vacated, data: new Uint8Array(vacated.data.length) } : vacated,
    editable: edit.editableHard,
    affine,
  }));
  return measureGates(before, after, regions);
}

/** Best score; on a tie the faster tier. */
export function bestTier(results: readonly TierResult[]): TierResult {
  const ranked = [...results].sort((a, b) => b.gates.score - a.gates.score || rank(a.tier) - rank(b.tier));
  const [best] = ranked;
  if (best === undefined) throw new TypeError("Expected at least one result to choose from");
  return best;
}

function rank(tier: Quality): number {
  return QUALITIES.indexOf(tier);
}
