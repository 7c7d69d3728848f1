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
import type { Metric } from "./metric.ts";

function gate(name: keyof Gates, label: string, better: Metric["better"]): Metric {
  return { label, better, unit: "ratio", digits: 3, of: ({ gates }) => gates[name] };
}

export const score = gate("score", "score", "higher");
export const sourceCleared = gate("sourceCleared", "cleared", "higher");
export const targetArrived = gate("targetArrived", "arrived", "higher");
export const seamEnergy = gate("seamEnergy", "seam", "lower");
export const fillTexture = gate("fillTexture", "texture", "one");
