/** The tiers with a model: the looks that an edit is given, each from the picture that the one before has made. */
import type { EditSettings } from "../models/settings.ts";
import type { Mask } from "../raster.ts";
import type { Look } from "./looks.ts";
import { type PassRequest, type PassResult, replaysSource, runPass } from "./model-pass.ts";
import type { ModelView } from "./model-view.ts";
import { evaluationsOf, iterationsOf } from "./workload.ts";

export interface FullResult extends PassResult {
  /** Of the first look, like losses, frames and `decoded`. */
  readonly view: ModelView;
  /** How many there were. */
  readonly looks: number;
}

export interface FullRequest extends Omit<PassRequest, "view" | "settings"> {
  /** At least one. */
  readonly looks: readonly Look[];
}

/** Steps that a look reports, for the progress bar. */
export function passSteps(settings: EditSettings): number {
  const intervals = settings.numSteps - settings.skip;
  const inversions = replaysSource(settings) ? 2 : 1;
  return inversions * evaluationsOf(settings) + iterationsOf(settings) + intervals + 2;
}

/** Bends and copies uncover nothing: the drag then works on all that may change. */
function wherePossible({ view, settings }: Look, vacated: Mask): Look {
  const nothing = !vacated.data.some((value) => value > 0);
  return settings.change === "vacated" && nothing && iterationsOf(settings) > 0
    ? { view, settings: { ...settings, change: "edit-area" } }
    : { view, settings };
}

/** Throws `cancelled` where that was asked for. */
export async function runFull({ looks, ...request }: FullRequest): Promise<FullResult> {
  const [first, ...closer] = looks;
  const { onPreview: _, ...unwatched } = request; // of another part of the picture
  if (first === undefined) throw new TypeError("Expected at least one look at the edit");
  let result = await runPass({ ...request, ...wherePossible(first, request.preview.vacated) });
  for (const look of closer) {
    if (!result.finite) break;
    const preview = { ...request.preview, picture: result.picture };
    const { picture, finite } = await runPass({ ...unwatched, ...look, preview });
    if (finite) result = { ...result, picture };
  }
  return { ...result, view: first.view, looks: looks.length };
}
