/** How much work an edit is, in units that a machine's speed can be measured in. */
import type { EditSettings } from "../models/settings.ts";
import type { ModelView } from "./model-view.ts";

export interface Workload {
  /** Pixels of the picture, in millions: decoding, previewing, compositing and writing grow with them. */
  readonly megapixels: number;
  /** Absent where no model takes part. */
  readonly model?: ModelWork;
}

export interface ModelWork {
  /** Packed latents the transformer works on: h · w. */
  readonly tokens: number;
  /** Transformer evaluations of the inversion. */
  readonly evaluations: number;
  /** Drag iterations: each a forward and a backward pass. */
  readonly iterations: number;
  /** Evaluations of the two branches that go back to the picture. */
  readonly samples: number;
}

/** Evaluations of one pass through the intervals that are not skipped. */
export function evaluationsOf({ solver, numSteps, skip }: Pick<EditSettings, "solver" | "numSteps" | "skip">): number {
  const intervals = numSteps - skip;
  return { fireflow: intervals + 1, midpoint: 2 * intervals, euler: intervals }[solver];
}

/** Drag iterations; none without supervision. */
export function iterationsOf({ supervision, transportIterations, intensifyIterations }: EditSettings): number {
  return supervision === "none" ? 0 : transportIterations + intensifyIterations;
}

/** Ways back to the picture: the edit's, and where the background needs it the original's. */
function branchesOf({ backgroundFrom }: EditSettings): number {
  return backgroundFrom === "inversion" ? 1 : 2;
}

/** All looks of an edit: tokens are the first one's, the rest is summed. */
export function workloadOf(
  pixels: number,
  looks: readonly { settings: EditSettings; view: Pick<ModelView, "h" | "w"> }[] = [],
): Workload {
  const megapixels = pixels / 1e6;
  const [first] = looks;
  if (first === undefined) return { megapixels };
  const sum = (count: (settings: EditSettings) => number) =>
    looks.reduce((total, { settings }) => total + count(settings), 0);
  const evaluations = sum(evaluationsOf);
  const tokens = first.view.h * first.view.w;
  const samples = sum((settings) => branchesOf(settings) * evaluationsOf(settings));
  return { megapixels, model: { tokens, evaluations, iterations: sum(iterationsOf), samples } };
}
