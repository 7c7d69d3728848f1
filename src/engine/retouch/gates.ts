/** Measures of a finished edit from pixels alone: is the thing gone from here, is it there, does the join show? */
import type { Gates } from "../api.ts";
import { emptyMask, union } from "../geometry/mask.ts";
import type { Affine, Mask, Rgb } from "../raster.ts";
import { arrivedMeter, clearedMeter } from "./arrival.ts";
import { plausibleMeter } from "./plausible.ts";
import { seamMeter, textureMeter } from "./seams.ts";

/** One operation's masks, all of the picture's size and binary above 127. */
export interface GateRegion {
  readonly source: Mask;
  /** The source moved by `affine`. */
  readonly target: Mask;
  /** What the move uncovered and a fill replaced; empty when the source was kept. */
  readonly vacated: Mask;
  /** Non-zero where the edit could change pixels. */
  readonly editable: Mask;
  /** Source → target, continuous pixels. */
  readonly affine: Affine;
}

/**
 * Gates of `after` against `before`. Per-object measures are means over the operations.
 *
 * score = 0.40 · targetArrived + 0.20 · sourceCleared + 0.25 · fillPlausible + 0.05 · texture + 0.10 · seam, 0–1, where
 * texture = min(t, 1/t) of fillTexture t (too smooth and too busy both cost) and seam = 1/max(1, seamEnergy). What
 * merely differs from the source is not cleared well: noise there costs through fillPlausible.
 */
export function measureGates(before: Rgb, after: Rgb, regions: readonly GateRegion[]): Gates {
  return gateMeter(before, regions)(after);
}

/** `measureGates` for several pictures: what they have in common is computed once. */
export function gateMeter(before: Rgb, regions: readonly GateRegion[]): (after: Rgb) => Gates {
  const join = (pick: (region: GateRegion) => Mask): Mask => regions.map(pick).reduce(union, emptyMask(before));
  const [source, target, vacated] = [join((r) => r.source), join((r) => r.target), join((r) => r.vacated)];
  const areas = { source, target, vacated };
  const cleared = regions.map((region) => clearedMeter(before, region));
  const arrived = regions.map((region) => arrivedMeter(before, region));
  const seam = seamMeter(before, { ...areas, editable: join((r) => r.editable) });
  const [texture, plausible] = [textureMeter(before, areas), plausibleMeter(before, areas)];
  return (after) => {
    const measured = {
      sourceCleared: mean(cleared.map((meter) => meter(after))),
      targetArrived: mean(arrived.map((meter) => meter(after))),
      seamEnergy: seam(after),
      fillTexture: texture(after),
      fillPlausible: plausible(after),
    };
    return { ...measured, score: scoreOf(measured) };
  };
}

function scoreOf({
  sourceCleared,
  targetArrived,
  seamEnergy,
  fillTexture,
  fillPlausible,
}: Omit<Gates, "score">): number {
  const texture = Math.min(fillTexture, 1 / Math.max(fillTexture, 1e-6));
  const seam = 1 / Math.max(1, seamEnergy);
  return 0.4 * targetArrived + 0.2 * sourceCleared + 0.25 * fillPlausible + 0.05 * texture + 0.1 * seam;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
