/** What a quality makes of the bundle's settings; a recipe's own options win. */
import { EditError } from "../../errors.ts";
import { type BlockCounts, type EditSettings, withOptions } from "../models/settings.ts";
import type { Recipe } from "../recipe/schema.ts";

/** What the published code does whatever the bundle says (docs/flux.md §5); rates and step counts stay the bundle's. */
const PAPER: Partial<EditSettings> = { init: "inversion", condition: "edit-area", change: "edit-area", kv: "on" };

/** Throws `recipe-invalid` for unknown options, values out of range and motions that the fidelity does not know. */
export function settingsFor(
  settings: EditSettings,
  recipe: Pick<Recipe, "quality" | "options" | "operations">,
  blocks?: BlockCounts,
): EditSettings {
  const fast: Partial<EditSettings> = {
    init: "warp",
    condition: "vacated",
    change: "vacated",
    skip: wantedFastSkip(settings, recipe.options),
    transportIterations: 0,
    intensifyIterations: 0,
  };
  const paper = recipe.options.fidelity === "paper code" ? PAPER : {};
  const base = { ...settings, ...(recipe.quality === "fast" ? fast : paper) };
  const result = withOptions(base, recipe.options, blocks);
  checkFidelity(result, recipe.operations);
  return result;
}

/** Its range is checked with all other options. */
function wantedFastSkip({ fastSkip, skip }: EditSettings, options: Recipe["options"]): number {
  return typeof options.fastSkip === "number" ? options.fastSkip : (fastSkip ?? skip);
}

/** The published code knows one move or rotation; anything else would silently become a move. */
function checkFidelity({ fidelity }: EditSettings, operations: Recipe["operations"]): void {
  if (fidelity !== "paper code") return;
  const other = operations.find(({ motion }) => motion.type === "scale" || motion.type === "compose");
  if (other === undefined) return;
  const message = `Expected a relocation, deformation or rotation for fidelity "paper code", got ${other.motion.type}`;
  throw new EditError("recipe-invalid", message, { hint: 'The fidelity "product" knows every motion.' });
}
