/** Whether a region is cut out and moved, or bends with what it belongs to. */
import { boundingBox } from "../geometry/mask.ts";
import { reachOf } from "../geometry/room.ts";
import type { Affine, Mask } from "../raster.ts";
import type { Motion } from "./schema.ts";

export const REGIME_CHOICES = ["auto", "cut", "bend"] as const;
export type RegimeChoice = (typeof REGIME_CHOICES)[number];
export type Regime = Exclude<RegimeChoice, "auto">;

export interface Moved {
  readonly region: Mask;
  readonly affine: Affine;
  readonly motion: Motion;
  readonly keepSource: boolean;
}

/**
 * Copies are cut: what surrounds the original stays. Deformations bend. Of the others the recipe's option `regime`
 * decides, and by default what belongs to something larger bends, as long as it moves no further than it is large:
 * beyond that its surroundings would be drawn out more than moved.
 */
export function regimeOf(moved: Moved, choice: RegimeChoice, isPart: (region: Mask) => boolean): Regime {
  if (moved.keepSource) return "cut";
  if (deforms(moved.motion)) return "bend";
  if (choice !== "auto") return choice;
  return reachOf(moved.region, moved.affine) <= longerSide(moved.region) && isPart(moved.region) ? "bend" : "cut";
}

function deforms(motion: Motion): boolean {
  if (motion.type === "compose") return motion.motions.some(({ type }) => type === "deformation");
  return motion.type === "deformation";
}

function longerSide(region: Mask): number {
  const [x0, y0, x1, y1] = boundingBox(region) ?? [0, 0, 0, 0];
  return Math.max(x1 - x0, y1 - y0);
}
