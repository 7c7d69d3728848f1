/** What every edit is held against, in the order of the table's rows. */
import { EditError } from "../../errors.ts";
import type { Baseline } from "../baseline.ts";
import { latentCopy, pointTracking } from "./model-methods.ts";
import { doNothing } from "./nothing.ts";
import { paste } from "./paste.ts";
import { preview } from "./preview.ts";
import { warpTelea } from "./warp-telea.ts";

const PLAIN: readonly Baseline[] = [doNothing, paste, warpTelea, preview];
/** Take the time of a `full` edit. */
const ON_MODEL: readonly Baseline[] = [pointTracking, latentCopy];

export const BASELINES: readonly Baseline[] = [...PLAIN, ...ON_MODEL];
/** In place of names. */
export const ALL_BASELINES = "all";

/**
 * By names; without names all, but beside a preview, which loads no model, those without one.
 * @throws EditError `usage` for a name that is none.
 */
export function chosenBaselines(names?: readonly string[]): readonly Baseline[] {
  if (names === undefined) return [...PLAIN, ...ON_MODEL.map(besideModels)];
  const unknown = names.find((name) => name !== ALL_BASELINES && !BASELINES.some((one) => one.name === name));
  if (unknown === undefined)
    return BASELINES.filter(({ name }) => names.includes(name) || names.includes(ALL_BASELINES));
  const known = BASELINES.map(({ name }) => name).join(", ");
  throw new EditError("usage", `Expected --baselines of ${known} or ${ALL_BASELINES}, got ${unknown}`);
}

function besideModels(baseline: Baseline): Baseline {
  return {
    ...baseline,
    run: (one, ...rest) => (one.recipe.quality === "preview" ? Promise.resolve(undefined) : baseline.run(one, ...rest)),
  };
}
