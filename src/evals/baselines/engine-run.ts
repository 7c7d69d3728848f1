/** A baseline that is an edit by another recipe. */
import type { CallOptions, Engine } from "../../engine/api.ts";
import type { Recipe } from "../../engine/recipe/schema.ts";
import type { BaselineCase, BaselinePicture } from "../baseline.ts";

export async function engineRun(
  { image, baseDir, dir, device }: BaselineCase,
  engine: Engine,
  call: CallOptions,
  recipe: Recipe,
): Promise<BaselinePicture> {
  const request = { image, recipe, baseDir, dir, embed: false, ...(device === undefined ? {} : { device }) };
  const { files, seconds, peakMemoryBytes } = await engine.edit(request, call);
  return { image: files.image, seconds: seconds.total, stages: seconds, peakMemoryBytes };
}
