/** VFD-Bench (FlowDrag, Koo et al., ICML 2025): pairs of video frames, so that the truth is known. A folder per sample with
 * `input.png`, `gt.png`, `mask.png` (white: may change), `points.json`, `prompt.json`; the method's own denser points
 * (`points_flowdrag.json`) are not used. Layout: github.com/kookie12/FlowDrag, dataset/ and bench_flowdrag.py. */
import { join } from "node:path";
import type { DatasetFormat, LoadOptions } from "../dataset.ts";
import { pointsIn } from "./drag100.ts";
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
  unusable,
} from "./samples.ts";

export const vfdBench = {
  name: "vfd-bench",
  recognises: async (path: string) => (await sampleFolders(path, ["gt.png"])).length > 0,
  async load(path: string, options: LoadOptions = {}) {
    const folders = await sampleFolders(path, ["input.png", "gt.png", "points.json"]);
    const regions = new RegionCache(options.cacheDir);
    const read = async (dir: string): Promise<CaseParts> => {
      const [image, truth] = [join(dir, "input.png"), join(dir, "gt.png")];
      const [rgb, shown] = [await readPicture(image), await readPicture(truth)];
      if (shown.width !== rgb.width || shown.height !== rgb.height) {
        throw unusable(
          `Expected gt.png of ${rgb.width}x${rgb.height} like input.png, got ${shown.width}x${shown.height}`,
        );
      }
      const points = dragPoints(pairsOf(pointsIn(await readJsonFile(dir, "points.json")), "points.json"), rgb);
      const editable = await readMaskFile(dir, "mask.png", rgb);
      const recipe = await pointRecipe(
        rgb,
        points,
        editable,
        promptIn(await readJsonFile(dir, "prompt.json")),
        regions,
      );
      return { image, truth, points, recipe };
    };
    const samples = await readSamples({
      dataset: "VFD-Bench",
      root: path,
      folders,
      wanted: options.wanted,
      limit: options.limit,
      read,
    });
    return { ...samples, notes: [POINT_RULE] };
  },
} satisfies DatasetFormat;

function promptIn(json: unknown): string {
  const prompt = typeof json === "object" && json !== null && "prompt" in json ? json.prompt : undefined;
  if (typeof prompt === "string") return prompt;
  throw unusable(`Expected "prompt" in prompt.json as text, got ${JSON.stringify(prompt)}`);
}
