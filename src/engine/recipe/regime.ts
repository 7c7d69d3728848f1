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
  /** The area that the recipe gives the edit, binary above 127; absent where the engine chooses it. */
  readonly area?: Mask | undefined;
}

/** Share of a region's outline on the border of the given area from which what lies beyond must be more of the thing. */
const HELD = 0.1;

/**
 * Copies are cut: what surrounds the original stays. Deformations bend. Of the others the recipe's option `regime`
 * decides, and by default what belongs to something larger bends, as long as it moves no further than it is large:
 * beyond that its surroundings would be drawn out more than moved. A part is what the given area cuts off from the rest,
 * and what `isPart` says is one.
 */
export function regimeOf(moved: Moved, choice: RegimeChoice, isPart: (region: Mask) => boolean): Regime {
  if (moved.keepSource) return "cut";
  if (deforms(moved.motion)) return "bend";
  if (choice !== "auto") return choice;
  if (reachOf(moved.region, moved.affine) > longerSide(moved.region)) return "cut";
  return isHeld(moved.region, moved.area) || isPart(moved.region) ? "bend" : "cut";
}

/** Whether the area that the recipe gives cuts the region off from more of its thing. */
export function isHeld(region: Mask, area: Mask | undefined): boolean {
  return heldShare(region, area) >= HELD;
}

/** How much of the region's outline lies on the area's border; the picture's own edge is none. */
export function heldShare({ width, height, data }: Mask, area: Mask | undefined): number {
  if (area === undefined) return 0;
  const isIn = (mask: Uint8Array, x: number, y: number) =>
    x < 0 || y < 0 || x >= width || y >= height || (mask[y * width + x] ?? 0) > 127;
  let [outline, held] = [0, 0];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if ((data[i] ?? 0) <= 127) continue;
      const around = [
        [x - 1, y],
        [x + 1, y],
        [x, y - 1],
        [x, y + 1],
      ] as const;
      if (!around.some(([u, v]) => !isIn(data, u, v))) continue;
      outline++;
      if (around.some(([u, v]) => !isIn(area.data, u, v))) held++;
    }
  }
  return outline === 0 ? 0 : held / outline;
}

function deforms(motion: Motion): boolean {
  if (motion.type === "compose") return motion.motions.some(({ type }) => type === "deformation");
  return motion.type === "deformation";
}

function longerSide(region: Mask): number {
  const [x0, y0, x1, y1] = boundingBox(region) ?? [0, 0, 0, 0];
  return Math.max(x1 - x0, y1 - y0);
}
