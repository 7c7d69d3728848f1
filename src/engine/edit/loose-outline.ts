/** Is a region drawn around its thing with ground between? Judged from the pixels, on a small view, and only for a warning. */
import { dilate, erode, subtract } from "../geometry/mask.ts";
import type { Mask } from "../raster.ts";
import { boxMean } from "../retouch/box-mean.ts";

/** Lab distance of the two sides below which a border runs through one and the same ground. */
const ALIKE = 8;
/** Pixels of the view: the sides are bands from 1 to this far from the border … */
const BAND = 4;
/** … averaged over windows of this radius. */
const WINDOW = 5;

/** 0–1: share of the region's outline on whose two sides the picture (`lab` [H, W, 3], as `labOf` gives it) looks the same; 0
 * where nothing can be compared. */
export function looseShare(lab: Float32Array, region: Mask): number {
  const inside = sideMeans(lab, subtract(erode(region, 1), erode(region, BAND)));
  const outside = sideMeans(lab, subtract(dilate(region, BAND), dilate(region, 1)));
  const outline = subtract(region, erode(region, 1)).data;
  let [compared, alike] = [0, 0];
  for (let i = 0; i < outline.length; i++) {
    if ((outline[i] ?? 0) <= 127) continue;
    const distance = labDistance(inside(i), outside(i));
    if (distance === undefined) continue;
    compared++;
    if (distance < ALIKE) alike++;
  }
  return compared === 0 ? 0 : alike / compared;
}

type Side = readonly [l: number, a: number, b: number] | undefined;

/** The mean colour of a band around a pixel; undefined where the band has none near it. */
function sideMeans(lab: Float32Array, { width, height, data }: Mask): (pixel: number) => Side {
  const weight = new Float32Array(data.length);
  const weighted = new Float32Array(lab.length);
  for (let i = 0; i < data.length; i++) {
    if ((data[i] as number) <= 127) continue;
    weight[i] = 1;
    for (let c = 3 * i; c < 3 * i + 3; c++) weighted[c] = lab[c] as number; // three for every pixel
  }
  const sums = boxMean(weighted, width, height, 3, WINDOW);
  const counts = boxMean(weight, width, height, 1, WINDOW);
  return (i) => {
    const count = counts[i] ?? 0;
    if (count < 1e-3) return undefined;
    return [(sums[3 * i] ?? 0) / count, (sums[3 * i + 1] ?? 0) / count, (sums[3 * i + 2] ?? 0) / count];
  };
}

function labDistance(a: Side, b: Side): number | undefined {
  return a && b && Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
