import { z } from "zod";
import {
  cutMotion,
  movedRegion,
  PAPER_TASKS,
  samplingMap,
  samplingPositions,
  warpedFeatures,
} from "../../../src/engine/drag/paper-affine.ts";
import { centroid } from "../../../src/engine/drag/paper-regions.ts";
import { input, type Outputs, type ParityCase, type Tensor, tensorOf } from "../case.ts";
import { planesOf, stack, tensorOfPlanes } from "./planes.ts";

const pair = z.tuple([z.number(), z.number()]);
const paramsSchema = z.object({
  rawSize: pair,
  cutShape: pair,
  task: z.enum(PAPER_TASKS),
  target: pair,
  anchor: pair.nullable(),
  progress: z.array(z.number()).min(1),
});

/** §5.7, §5.8. */
export async function affine(c: ParityCase): Promise<Outputs> {
  const { cutShape, progress, ...operation } = paramsSchema.parse(c.params);
  const features = planesOf(input(c, "features"));
  const { region, motion } = cutMotion(operation, planesOf(input(c, "region")), cutShape);
  const maps = progress.map((w) => samplingMap(motion, w));
  const moved = maps.map((map) => movedRegion(region, map));
  const positions = maps.map((map): Tensor => ({ shape: [1, ...cutShape, 2], data: samplingPositions(map, cutShape) }));
  return {
    regionCut: tensorOfPlanes(region),
    beginCut: tensorOf(motion.begin),
    targetCut: tensorOf(motion.target),
    ...(motion.anchor ? { anchorCut: tensorOf(motion.anchor) } : {}),
    positions: stack(positions),
    regionMoved: stack(moved.map(tensorOfPlanes)),
    warped: stack(maps.map((map) => tensorOfPlanes(warpedFeatures(features, map)))),
    centroids: stack(moved.map((planes) => tensorOf(centroid(planes), [1, 2]))),
  };
}
