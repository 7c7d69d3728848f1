/** DragBench-DR and DragBench-SR (RegionDrag, Lu et al., ECCV 2024): regions as dense pairs in `meta_data_region.pkl`, and
 * the points to measure with in `meta_data.pkl` (flux.md §7.5, §7.7). DR has its samples below categories, SR has not. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { readDragBench } from "../../engine/datasets/dragbench.ts";
import { maskDataUri } from "../../engine/image/raster-io.ts";
import type { DatasetFormat, LoadOptions } from "../dataset.ts";
import { categoryOf } from "./dragbench.ts";
import { PAIR_RULE, type PairRegion, regionsOfPairs } from "./pairs-to-regions.ts";
import {
  type CaseParts,
  checkMaskSize,
  continuous,
  dragPoints,
  readPicture,
  readSamples,
  sampleFolders,
  unusable,
} from "./samples.ts";

const REGIONS = "meta_data_region.pkl";
const POINTS = "meta_data.pkl";

export const dragBenchDr = regionFormat("dragbench-dr", "DragBench-DR", (sample) => sample.includes("/"));
export const dragBenchSr = regionFormat("dragbench-sr", "DragBench-SR", (sample) => !sample.includes("/"));

function regionFormat(name: string, dataset: string, fits: (sample: string) => boolean) {
  return {
    name,
    recognises: async (path: string) => (await sampleFolders(path, [REGIONS])).some(fits),
    async load(path: string, options: LoadOptions = {}) {
      const folders = await sampleFolders(path, ["original_image.png", REGIONS]);
      const { wanted, limit } = options;
      const samples = await readSamples({ dataset, root: path, folders, wanted, limit, read });
      return { ...samples, notes: [PAIR_RULE] };
    },
  } satisfies DatasetFormat;
}

async function read(dir: string, sample: string): Promise<CaseParts> {
  const image = join(dir, "original_image.png");
  const { prompt, points, editable } = await readDragBench(join(dir, REGIONS));
  const rgb = await readPicture(image);
  checkMaskSize(`the mask in ${REGIONS}`, editable, rgb);
  dragPoints(points, rgb);
  const pairs = points.map(({ handle, target }) => ({ handle: continuous(handle), target: continuous(target) }));
  const regions = regionsOfPairs(pairs, rgb);
  if (regions.length > 16) throw unusable(`Expected at most 16 regions, got ${regions.length} from its pairs`);
  return {
    image,
    tags: categoryOf(sample),
    recipe: {
      sourcePrompt: prompt,
      operations: await Promise.all(regions.map(operationOf)),
      editable: { mask: await maskDataUri(editable) },
    },
    ...(await measuredPoints(dir, rgb)),
  };
}

async function operationOf({ mask, motions }: PairRegion) {
  const [first] = motions;
  const motion = motions.length === 1 && first ? first : { type: "compose" as const, motions: [...motions] };
  return { region: { mask: await maskDataUri(mask) }, motion };
}

/** RegionDrag measures with the point file, where it lies beside. */
async function measuredPoints(
  dir: string,
  size: { width: number; height: number },
): Promise<Pick<CaseParts, "points">> {
  const path = join(dir, POINTS);
  const there = await stat(path).then(
    () => true,
    () => false,
  );
  return there ? { points: dragPoints((await readDragBench(path)).points, size) } : {};
}
