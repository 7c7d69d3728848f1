/** Other methods of dragging on the same model, by the engine's own options: from the inverted picture, with the source's
 * keys and values, nothing of the preview. */
import { join } from "node:path";
import type { Recipe } from "../../engine/recipe/schema.ts";
import type { Baseline } from "../baseline.ts";
import { modelPicture } from "./model-picture.ts";

const BARE = {
  condition: "edit-area",
  change: "edit-area",
  changeShare: 1,
  scales: "one",
  kv: "on",
  adapter: "off",
  background: "hard",
} as const;

/** RegionDrag's idea on one time step: copied latents, no optimisation. */
export const latentCopy = modelMethod({
  name: "latent_copy",
  label: "region latent copy",
  about:
    "RegionDrag's idea on the same model: the region's latents copied to its target at the drag's time step, noise where it was, sampled from there; no optimisation.",
  options: { ...BARE, init: "copy", supervision: "none" },
});

/** DragGAN's and DragDiffusion's way on the same features. */
export const pointTracking = modelMethod({
  name: "point",
  label: "point tracking",
  about:
    "DragGAN's and DragDiffusion's way on the same model: a few points led step by step and tracked by nearest features, from the inverted picture.",
  options: { ...BARE, init: "inversion", supervision: "point" },
});

interface Method extends Pick<Baseline, "name" | "label" | "about"> {
  readonly options: Recipe["options"];
}

function modelMethod({ options, ...method }: Method): Baseline {
  return {
    ...method,
    async run({ original, zones, recipe, baseDir, image, dir, device }, engine, call) {
      const wish = { ...recipe, quality: "full", options: { ...recipe.options, ...options } } as const;
      const where = { baseDir, dir: join(dir, "edit"), ...(device === undefined ? {} : { device }) };
      const outcome = await engine.edit({ image, recipe: wish, embed: false, ...where }, call);
      const { seconds, peakMemoryBytes } = outcome;
      const picture = await modelPicture(outcome, dir, original, zones);
      return { image: picture, seconds: seconds.total, stages: seconds, peakMemoryBytes };
    },
  };
}
