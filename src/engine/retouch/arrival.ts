/** Whether the moved thing left its place and is at its target. */
import { boundingBox, dilate, erode, intersect, subtract } from "../geometry/mask.ts";
import type { Affine, Mask, Rgb } from "../raster.ts";
import { boxMean } from "./box-mean.ts";
import { cropMask, cropRgb, growBox } from "./resample.ts";
import { warpCutout } from "./warp.ts";

/** SSIM's stabilisers (Wang et al. 2004) for levels 0–255. */
const C1 = 6.5025;
const C2 = 58.5225;
const WINDOW = 3;

/**
 * 1 − similarity of the vacated source pixels to what was there. Similarity falls with the mean colour change, measured
 * against how far the thing stood out from its surroundings, and with the loss of its structure (correlation).
 * 1 when nothing was vacated.
 */
export function clearedMeter(
  before: Rgb,
  { source, vacated }: { source: Mask; vacated: Mask },
): (after: Rgb) => number {
  const left = intersect(source, vacated);
  const box = boundingBox(left);
  if (box === null) return () => 1;
  const around = growBox(box, 16, before);
  const [was, where] = [cropRgb(before, around), cropMask(left, around)];
  const ring = subtract(dilate(where, 12), dilate(cropMask(source, around), 3));
  const standsOut = differenceToMean(was, where, ring);
  return (after) => {
    const is = cropRgb(after, around);
    const colour = Math.exp(-meanDifference(was, is, where) / (0.4 * standsOut + 3));
    return 1 - colour * (0.5 + 0.5 * Math.max(0, correlation(was, is, where)));
  };
}

/**
 * Structural similarity (mean SSIM of luma) times colour agreement of the target area with the affinely moved source.
 * Pixels that leave the picture do not count; 1 when nothing is left to compare.
 */
export function arrivedMeter(
  before: Rgb,
  { source, target, affine }: { source: Mask; target: Mask; affine: Affine },
): (after: Rgb) => number {
  const box = boundingBox(source);
  if (box === null) return () => 1;
  // Opaque surroundings: the reference must not darken at the source's border.
  const around = growBox(box, 4, before);
  const rgb = cropRgb(before, around);
  const alpha = { ...rgb, data: new Uint8Array(rgb.width * rgb.height).fill(255) };
  const limits = growBox(boundingBox(target) ?? [0, 0, 0, 0], 4, before);
  const moved = warpCutout({ origin: [around[0], around[1]], rgb, alpha }, affine, limits);
  if (!moved) return () => 1;
  const opaque = { ...moved.alpha, data: moved.alpha.data.map((a) => (a === 255 ? 255 : 0)) };
  const inside = intersect(cropMask(target, moved.box), opaque);
  const inner = erode(inside, 1);
  const where = boundingBox(inner) === null ? inside : inner;
  if (boundingBox(where) === null) return () => 1;
  return (after) => {
    const found = cropRgb(after, moved.box);
    return Math.max(0, meanSsim(moved.rgb, found, where)) * Math.exp(-meanDifference(moved.rgb, found, where) / 40);
  };
}

// Below, pictures and masks of one pair have one size: no index leaves its array.

/** Mean absolute difference in levels over the mask. */
function meanDifference({ data: a }: Rgb, { data: b }: Rgb, where: Mask): number {
  return meanOver(where, (i) => {
    let sum = 0;
    for (let c = i * 3; c < i * 3 + 3; c++) sum += Math.abs((a[c] as number) - (b[c] as number));
    return sum / 3;
  });
}

/** Mean absolute difference, over the mask, to the mean colour of the ring. */
function differenceToMean({ data }: Rgb, where: Mask, ring: Mask): number {
  const mean = (c: number): number => meanOver(ring, (i) => data[i * 3 + c] as number);
  const [r, g, b] = [mean(0), mean(1), mean(2)];
  return meanOver(where, (i) => {
    const red = Math.abs((data[i * 3] as number) - r);
    return (red + Math.abs((data[i * 3 + 1] as number) - g) + Math.abs((data[i * 3 + 2] as number) - b)) / 3;
  });
}

function correlation(a: Rgb, b: Rgb, where: Mask): number {
  const [x, y] = [lumaOf(a), lumaOf(b)];
  const meanA = meanOver(where, (i) => x[i] as number);
  const meanB = meanOver(where, (i) => y[i] as number);
  const varA = meanOver(where, (i) => ((x[i] as number) - meanA) ** 2);
  const varB = meanOver(where, (i) => ((y[i] as number) - meanB) ** 2);
  const together = meanOver(where, (i) => ((x[i] as number) - meanA) * ((y[i] as number) - meanB));
  return (together + 1e-3) / Math.sqrt((varA + 1e-3) * (varB + 1e-3)); // two flat areas are alike
}

function meanSsim(a: Rgb, b: Rgb, where: Mask): number {
  const moments = new Float32Array(where.data.length * 5); // [H, W, 5]: A B AA BB AB
  const [first, second] = [lumaOf(a), lumaOf(b)];
  for (let i = 0, at = 0; i < where.data.length; i++, at += 5) {
    const x = first[i] as number;
    const y = second[i] as number;
    moments[at] = x;
    moments[at + 1] = y;
    moments[at + 2] = x * x;
    moments[at + 3] = y * y;
    moments[at + 4] = x * y;
  }
  const means = boxMean(moments, a.width, a.height, 5, WINDOW);
  return meanOver(where, (i) => {
    const ma = means[i * 5] as number;
    const mb = means[i * 5 + 1] as number;
    const light = (2 * ma * mb + C1) / (ma * ma + mb * mb + C1);
    const spread = (means[i * 5 + 2] as number) - ma * ma + (means[i * 5 + 3] as number) - mb * mb;
    return (light * (2 * ((means[i * 5 + 4] as number) - ma * mb) + C2)) / (spread + C2);
  });
}

function meanOver({ data }: Mask, valueAt: (i: number) => number): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < data.length; i++) {
    if ((data[i] as number) <= 127) continue;
    sum += valueAt(i);
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

function lumaOf({ data }: Rgb): Float64Array {
  const out = new Float64Array(data.length / 3);
  for (let i = 0, c = 0; i < out.length; i++, c += 3) {
    out[i] = 0.299 * (data[c] as number) + 0.587 * (data[c + 1] as number) + 0.114 * (data[c + 2] as number);
  }
  return out;
}
