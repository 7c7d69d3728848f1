/**
 * md_1, md_2: how far the place that looks like the dragged point lies from where it should be, by a network's features.
 * Lower is better; doing nothing gives the length of the way. md_1 in pixels, searched in the editable area; md_2 in
 * hundredths of the sides, searched near the way. Needs a feature network: the report names it, and numbers of different
 * networks cannot be compared. The published numbers are DIFT's on Stable Diffusion 2.1 (dift/).
 */
import { apply } from "../../engine/geometry/affine.ts";
import type { DraggedPoint } from "../../engine/metrics/match.ts";
import { md1 } from "../../engine/metrics/md1.ts";
import { md2 } from "../../engine/metrics/md2.ts";
import type { Sample } from "../sample.ts";
import type { Scorer } from "../scorer.ts";
import { planeOf, wholePixel } from "./if-scores.ts";
import type { Seeing } from "./networks.ts";

const NOISE = {
  within: 1,
  from: "DragFlow's README expects ±1; here the noises are seeded, so that the same pixels give the same number",
};

export const meanDistance1: Scorer = {
  name: "md_1",
  label: "MD_1",
  direction: "down",
  unit: "px",
  digits: 2,
  source: "DragFlow, ICLR 2026 (flux.md §7.3), on the features that the report names",
  noise: NOISE,
  async score(sample) {
    const maps = await mapsOf(sample, "native");
    return maps && md1(maps.before, maps.after, planeOf(sample.editable), draggedPoints(sample));
  },
};

export const meanDistance2: Scorer = {
  name: "md_2",
  label: "MD_2",
  direction: "down",
  unit: "% of sides",
  digits: 2,
  source: "RegionDrag, ECCV 2024, as DragFlow reports it (flux.md §7.4), on the features that the report names",
  noise: NOISE,
  async score(sample) {
    const maps = await mapsOf(sample, "square");
    const { width, height } = sample.editable;
    return maps && md2(maps.before, maps.after, [height, width], draggedPoints(sample)).distance;
  },
};

async function mapsOf({ networks, original, result }: Sample, seeing: Seeing) {
  const { features } = networks;
  if (features === undefined) return undefined;
  return { before: await features.maps(original.rgb, seeing), after: await features.maps(result.rgb, seeing) };
}

/** The data set's own points, else the regions' centroids. */
export function draggedPoints({ points, operations }: Sample): DraggedPoint[] {
  if (points !== undefined && points.length > 0) {
    return points.map(({ handle, target }) => ({ begin: wholePixel(handle), target: wholePixel(target) }));
  }
  return operations.map(({ affine, centroid }) => {
    return { begin: wholePixel(centroid), target: wholePixel(apply(affine, centroid)) };
  });
}
