/** The tier without a model: what a slower tier must beat to be worth its time. */
import type { Baseline } from "../baseline.ts";
import { engineRun } from "./engine-run.ts";

export const preview: Baseline = {
  name: "preview",
  label: "preview",
  about: "The same recipe on pixels alone: warped, filled by patches, blended at the seams.",
  run(one, engine, call) {
    if (one.recipe.quality === "preview") return Promise.resolve(undefined);
    return engineRun(one, engine, call, { ...one.recipe, quality: "preview" });
  },
};
