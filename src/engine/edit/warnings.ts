/** What an edit has to say beside its picture. */
import type { EditRequest, Warning } from "../api.ts";
import type { Bundle } from "../models/bundle.ts";
import type { PreviewPicture } from "../retouch/preview.ts";
import type { FullResult } from "./full-tier.ts";

export function promptWarnings({ recipe }: EditRequest, bundle: Bundle | undefined): Warning[] {
  if (bundle === undefined || bundle.prompts !== undefined || (recipe.prompt === "" && recipe.sourcePrompt === ""))
    return [];
  const message = `The model "${recipe.model}" has no text encoder: prompts are kept, not read`;
  return [{ code: "prompt-not-read", message }];
}

export function bendWarnings({ bent = 1 }: PreviewPicture): Warning[] {
  if (bent === 1) return [];
  const message = `The bend had room for ${Math.round(100 * bent)} % of its motion only; give a larger editable area`;
  return [{ code: "bend-reduced", message }];
}

export function modelWarnings(full: FullResult | undefined): Warning[] {
  if (full === undefined) return [];
  if (!full.finite) {
    const message = "The model's picture holds numbers out of range and was left out; its weights may be damaged";
    return [{ code: "model-not-finite", message }];
  }
  if (!full.diverged) return [];
  const count = full.losses.length;
  const message = `The drag ended after ${count} iterations, because its numbers ran out of range; use smaller rates`;
  return [{ code: "drag-diverged", message }];
}
