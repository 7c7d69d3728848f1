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

/** What a slower tier must gain before it replaces a faster one: the gates' own noise. */
const MARGIN = 0.01;

/** From the fastest on, a tier replaces the one before only when its score is better by more than the noise. */
export function bestTier(results: readonly TierResult[]): TierResult {
  const [fastest, ...slower] = [...results].sort((a, b) => rank(a.tier) - rank(b.tier));
  if (fastest === undefined) throw new TypeError("Expected at least one result to choose from");
  return slower.reduce((best, next) => (next.gates.score > best.gates.score + MARGIN ? next : best), fastest);
}

function rank(tier: Quality): number {
  return QUALITIES.indexOf(tier);
}
