/** The region is copied to its target and stays where it was. */
import type { Baseline } from "../baseline.ts";
import { engineRun } from "./engine-run.ts";

export const paste: Baseline = {
  name: "paste",
  label: "paste and leave",
  about: "The region is copied to its target on pixels; the source stays as it was.",
  run(one, engine, call) {
    const operations = one.recipe.operations.map((operation) => ({ ...operation, keepSource: true }));
    return engineRun(one, engine, call, { ...one.recipe, quality: "preview", operations });
  },
};
