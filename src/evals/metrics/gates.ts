/**
 * The engine's own pixel measures of a result (src/engine/retouch/gates.ts), taken here of every method alike.
 * Unit: ratios. Noise: none, the same pixels give the same numbers.
 *
 * - score: one number that orders results, 0–1, higher is better
 * - source_cleared: the thing has left its place, 0–1, higher is better
 * - target_arrived: the thing is at its target, 0–1, higher is better
 * - seam_energy: gradients across the edit's border against the surroundings, lower is better, 1 is inconspicuous
 * - fill_texture: gradients in the vacated area against the surroundings, 1 is ideal, near 0 is smear
 */
import type { Gates } from "../../engine/api.ts";
import { type Direction, NO_NOISE, type Scorer } from "../scorer.ts";

const SOURCE = "src/engine/retouch/gates.ts";

function gate(name: string, of: keyof Gates, label: string, direction: Direction): Scorer {
  const base = { name, label, direction, unit: "ratio", digits: 3, source: SOURCE, noise: NO_NOISE };
  return { ...base, score: ({ gates }) => gates[of] };
}

export const score = gate("score", "score", "score", "up");
export const sourceCleared = gate("source_cleared", "sourceCleared", "cleared", "up");
export const targetArrived = gate("target_arrived", "targetArrived", "arrived", "up");
export const seamEnergy = gate("seam_energy", "seamEnergy", "seam", "down");
export const fillTexture = gate("fill_texture", "fillTexture", "texture", "one");
