/** What a quality makes of the bundle's settings; a recipe's own options win. */
import { EditError } from "../../errors.ts";
import { type BlockCounts, type EditSettings, withOptions } from "../models/settings.ts";
import type { Recipe } from "../recipe/schema.ts";

/** What the published code does whatever the bundle says (docs/flux.md §5); step counts stay the bundle's, and its rates
 * for this start. */
const PAPER: Partial<EditSettings> = {
  init: "inversion",
  condition: "edit-area",
  change: "edit-area",
  kv: "on",
  changeShare: 1,
  scales: "one",
  backgroundFrom: "sampling",
  earlyStop: 0,
};

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
  const base = { ...sizesOf(settings, recipe.options), ...(recipe.quality === "fast" ? fast : paper) };
  const result = withOptions({ ...base, ...ratesOf(base, recipe.options) }, recipe.options, blocks);
  checkFidelity(result, recipe.operations);
  return result;
}

/** A recipe's own working size does not grow; nor does the published code's. */
function sizesOf(settings: EditSettings, { workingSize, fidelity }: Recipe["options"]): EditSettings {
  if (workingSize === undefined && fidelity !== "paper code") return settings;
  const { largestSize: _, ...fixed } = settings;
  return fixed;
}

/** From the inverted picture the whole way is left to go; a bundle may have rates of its own for that. */
function ratesOf(base: EditSettings, options: Recipe["options"]): Partial<EditSettings> {
  const { init, lrInversion: rate } = { ...base, ...options };
  return init === "inversion" && typeof rate === "number" ? { lrTransport: rate, lrIntensify: rate } : {};
}

/** Throws `recipe-invalid` where a recipe wants an adapter that the model does not have. */
export function checkAdapter({ model, options }: Pick<Recipe, "model" | "options">, adapter: boolean): void {
  if (adapter || options.adapter === "off") return;
  const scaled = typeof options.adapterScale === "number" && options.adapterScale > 0;
  if (!scaled && options.adapter !== "on") return;
  const wanted = scaled ? `adapterScale ${options.adapterScale}` : 'adapter "on"';
  throw new EditError("recipe-invalid", `Expected a model with an adapter for ${wanted}, got "${model}" without one`, {
    hint: "An adapter lies in the model's adapter/ folder, see docs/models.md.",
  });
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
