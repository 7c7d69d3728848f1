/** DragBench (DragDiffusion, Shi et al., CVPR 2024) and the point files of DragBench-DR and -SR: `original_image.png`
 * with `meta_data.pkl`, one folder per sample, below categories or not (flux.md §7.7). */
import { join } from "node:path";
import { readDragBench } from "../../engine/datasets/dragbench.ts";
import type { DatasetFormat, LoadOptions } from "../dataset.ts";
import { pointRecipe } from "./point-case.ts";
import { POINT_RULE } from "./points-to-regions.ts";
import { RegionCache } from "./region-cache.ts";
import { type CaseParts, checkMaskSize, dragPoints, readPicture, readSamples, sampleFolders } from "./samples.ts";

const FILES = ["meta_data.pkl", "meta_data_region.pkl"];

export const dragBench = {
  name: "dragbench",
  recognises: async (path: string) => (await sampleFolders(path, ["meta_data.pkl"])).length > 0,
  async load(path: string, options: LoadOptions = {}) {
    const folders = await sampleFolders(path, ["original_image.png", ...FILES]);
    const regions = new RegionCache(options.cacheDir);
    const read = async (dir: string, sample: string): Promise<CaseParts> => {
      const image = join(dir, "original_image.png");
      const { prompt, points, editable } = await readDragBench(join(dir, "meta_data.pkl"));
      const rgb = await readPicture(image);
      checkMaskSize("the mask in meta_data.pkl", editable, rgb);
      const drags = dragPoints(points, rgb);
      const recipe = await pointRecipe(rgb, drags, editable, prompt, regions);
      return { image, points: drags, recipe, tags: categoryOf(sample) };
    };
    const samples = await readSamples({
      dataset: "DragBench",
      root: path,
      folders,
      wanted: options.wanted,
      limit: options.limit,
      read,
    });
    return { ...samples, notes: [POINT_RULE] };
  },
} satisfies DatasetFormat;

/** The folders above the sample. */
export function categoryOf(sample: string): string[] {
  return sample.split("/").slice(0, -1);
}
