/**
 * DragFlow's image fidelity (src/engine/metrics/if-scores.ts): if_bg (up) outside the editable area, if_s2t (up) of the
 * moved source at its target, if_s2s (down) at the source. 1 − LPIPS at 224×224; no unit. Need LPIPS weights. A motion that
 * the paper does not know (scaling, several at once) has no if_s2t.
 */
import type { PaperTask } from "../../engine/drag/paper-affine.ts";
import type { Planes } from "../../engine/drag/resize.ts";
import { apply } from "../../engine/geometry/affine.ts";
import { toTensor } from "../../engine/image/resample.ts";
import { type IfScores, ifScores, type ScoredOperation } from "../../engine/metrics/if-scores.ts";
import type { Mask, Point, Rgb } from "../../engine/raster.ts";
import type { ResolvedOperation } from "../../engine/recipe/resolve.ts";
import type { Sample } from "../sample.ts";
import type { Scorer } from "../scorer.ts";

const SOURCE = "DragFlow, ICLR 2026, and its published evaluation";
const NOISE = {
  within: 0.002,
  from: "DragFlow's README expects ±0.002 between runs of its own code; the same pixels give the same number",
};

export const ifBackground: Scorer = {
  ...common("if_bg", "IF_bg"),
  direction: "up",
  score: (sample) => scored(sample, "background"),
};
export const ifTarget: Scorer = {
  ...common("if_s2t", "IF_s2t"),
  direction: "up",
  score: (sample) => scored(sample, "sourceToTarget"),
};
export const ifSource: Scorer = {
  ...common("if_s2s", "IF_s2s"),
  direction: "down",
  score: (sample) => scored(sample, "sourceToSource"),
};

function common(name: string, label: string) {
  return { name, label, unit: "ratio", digits: 3, source: SOURCE, noise: NOISE };
}

async function scored(sample: Sample, which: Exclude<keyof IfScores, "distances">): Promise<number | undefined> {
  const { networks, original, result, editable, operations } = sample;
  if (networks.lpips === undefined) return undefined;
  const known = operations.flatMap((operation) => paperScored(operation) ?? []);
  if (known.length === 0 || (which === "sourceToTarget" && known.length < operations.length)) return undefined;
  const scores = await ifScores(networks.lpips, tensorOf(original.rgb), tensorOf(result.rgb), planeOf(editable), known);
  return scores[which];
}

/** Whole pixels with centres at integers, as the data set has them. */
export function wholePixel([x, y]: Point): [number, number] {
  return [Math.round(x - 0.5), Math.round(y - 0.5)];
}

function paperScored({ motion, affine, centroid, region, target }: ResolvedOperation): ScoredOperation | undefined {
  const task = TASKS[motion.type];
  if (task === undefined) return undefined;
  const about = motion.type === "rotation" ? (motion.about ?? centroid) : undefined;
  return {
    task,
    begin: wholePixel(centroid),
    target: wholePixel(apply(affine, centroid)),
    anchor: about ? wholePixel(about) : null,
    before: planeOf(region),
    after: planeOf(target),
  };
}

const TASKS: Readonly<Record<string, PaperTask | undefined>> = {
  relocation: "transformation",
  deformation: "deformation",
  rotation: "rotation",
};

function tensorOf(rgb: Rgb): Planes {
  return { channels: 3, height: rgb.height, width: rgb.width, data: toTensor(rgb) };
}

export function planeOf({ width, height, data }: Mask): Planes {
  return { channels: 1, width, height, data: Float32Array.from(data, (value) => (value > 127 ? 1 : 0)) };
}
