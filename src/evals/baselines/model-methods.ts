/** Other methods of dragging on the same model, by the engine's own options: their pictures are the model's, whatever the
 * preview would have scored. */
import { decodeImage, toRgb } from "../../engine/image/decode.ts";
import { resizeRgb } from "../../engine/image/resample.ts";
import type { Recipe } from "../../engine/recipe/schema.ts";
import { EditError } from "../../errors.ts";
import type { Baseline } from "../baseline.ts";
import { bake } from "./bake.ts";

/** RegionDrag's idea on one time step: copied latents, no optimisation. */
export const latentCopy = modelMethod({
  name: "latent_copy",
  label: "region latent copy",
  about:
    "RegionDrag's idea on the same model: the region's latents copied to its target at the drag's time step, noise where it was, sampled from there; no optimisation.",
  options: { init: "copy", supervision: "none" },
});

/** DragGAN's and DragDiffusion's way on the same features. */
export const pointTracking = modelMethod({
  name: "point",
  label: "point tracking",
  about:
    "DragGAN's and DragDiffusion's way on the same model: a few points led step by step and tracked by nearest features, from the inverted picture.",
  options: { init: "inversion", supervision: "point" },
});

interface Method extends Pick<Baseline, "name" | "label" | "about"> {
  readonly options: Recipe["options"];
}

/** Applies to edits at `full` only: the others use no such drag. */
function modelMethod({ name, label, about, options }: Method): Baseline {
  return {
    name,
    label,
    about,
    async run({ original, zones, recipe, baseDir, image, dir, device }, engine, call) {
      if (recipe.quality !== "full") return undefined;
      const wish = { ...recipe, options: { ...recipe.options, ...options } };
      const folder = `${dir}/edit`;
      const request = {
        image,
        recipe: wish,
        baseDir,
        dir: folder,
        embed: false,
        ...(device === undefined ? {} : { device }),
      };
      const { files, seconds, peakMemoryBytes } = await engine.edit(request, call);
      // Without the model's picture its numbers ran out of range: there is nothing to show.
      if (files.tiers.full === undefined)
        throw new EditError("engine-failed", `Expected a picture of ${label}, got none`);
      const own = await toRgb(await decodeImage(files.tiers.full));
      const { width, height } = original.rgb;
      const after = own.width === width && own.height === height ? own : await resizeRgb(own, width, height);
      const picture = await bake(dir, original, after, zones.editable);
      return { image: picture, seconds: seconds.total, stages: seconds, peakMemoryBytes };
    },
  };
}
