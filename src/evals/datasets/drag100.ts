/** Drag100 (GoodDrag, Zhang et al., ICLR 2025): a folder per sample with `original.jpg`, `mask.png` (white: may change)
 * and `points.json`; no prompts. Layout: github.com/zewei-Zhang/GoodDrag, dataset/ and bench_gooddrag.py. */
import { join } from "node:path";
import type { DatasetFormat, LoadOptions } from "../dataset.ts";
import { pairsOf, pointRecipe } from "./point-case.ts";
import { POINT_RULE } from "./points-to-regions.ts";
import { RegionCache } from "./region-cache.ts";
import {
  type CaseParts,
  dragPoints,
  readJsonFile,
  readMaskFile,
  readPicture,
  readSamples,
  sampleFolders,
} from "./samples.ts";

export const drag100 = {
  name: "drag100",
  recognises: async (path: string) => (await sampleFolders(path, ["original.jpg"])).length > 0,
  async load(path: string, options: LoadOptions = {}) {
    const folders = await sampleFolders(path, ["original.jpg", "points.json"]);
    const regions = new RegionCache(options.cacheDir);
    const read = async (dir: string): Promise<CaseParts> => {
      const image = join(dir, "original.jpg");
      const rgb = await readPicture(image);
      const points = dragPoints(pairsOf(pointsIn(await readJsonFile(dir, "points.json")), "points.json"), rgb);
      const editable = await readMaskFile(dir, "mask.png", rgb);
      return { image, points, recipe: await pointRecipe(rgb, points, editable, "", regions) };
    };
    const samples = await readSamples({
      dataset: "Drag100",
      root: path,
      folders,
      wanted: options.wanted,
      limit: options.limit,
      read,
    });
    return { ...samples, notes: [POINT_RULE] };
  },
} satisfies DatasetFormat;

export function pointsIn(json: unknown): unknown {
  return typeof json === "object" && json !== null && "points" in json ? json.points : undefined;
}
