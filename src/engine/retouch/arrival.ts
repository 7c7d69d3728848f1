/** Whether the moved thing left its place and is at its target. */
import { boundingBox, dilate, erode, intersect, subtract } from "../geometry/mask.ts";
import type { Affine, Mask, Rgb } from "../raster.ts";
import { boxMean } from "./guided-filter.ts";
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
export function sourceClearedOf(before: Rgb, after: Rgb, { source, vacated }: { source: Mask; vacated: Mask }): number {
  const left = intersect(source, vacated);
  const box = boundingBox(left);
  if (box === null) return 1;
  const around = growBox(box, 16, before);
  const [was, is, where] = [cropRgb(before, around), cropRgb(after, around), cropMask(left, around)];
  const ring = subtract(dilate(where, 12), dilate(cropMask(source, around), 3));
  const change = meanDifference(was, is, where);
  const standsOut = differenceToMean(was, where, ring);
  const colour = Math.exp(-change / (0.4 * standsOut + 3));
  return 1 - colour * (0.5 + 0.5 * Math.max(0, correlation(was, is, where)));
}

/**
 * Structural similarity (mean SSIM of luma) times colour agreement of the target area with the affinely moved source.
 * Pixels that leave the picture do not count; 1 when nothing is left to compare.
 */
export function targetArrivedOf(
  before: Rgb,
  after: Rgb,
  { source, target, affine }: { source: Mask; target: Mask; affine: Affine },
): number {
  const box = boundingBox(source);
  if (box === null) return 1;
  // Opaque surroundings: the reference must not darken at the source's border.
  const around = growBox(box, 4, before);
  const rgb = cropRgb(before, around);
  const alpha = { ...rgb, data: new Uint8Array(rgb.width * rgb.height).fill(255) };
  const limits = growBox(boundingBox(target) ?? [0, 0, 0, 0], 4, before);
  const moved = warpCutout({ origin: [around[0], around[1]], rgb, alpha }, affine, limits);
  if (!moved) return 1;
  const opaque = { ...moved.alpha, data: moved.alpha.data.map((a) => (a === 255 ? 255 : 0)) };
  const inner = erode(intersect(cropMask(target, moved.box), opaque), 1);
  const where = boundingBox(inner) === null ? intersect(cropMask(target, moved.box), opaque) : inner;
  if (boundingBox(where) === null) return 1;
  const found = cropRgb(after, moved.box);
  return Math.max(0, meanSsim(moved.rgb, found, where)) * Math.exp(-meanDifference(moved.rgb, found, where) / 40);
}

/** Mean absolute difference in levels over the mask. */
function meanDifference(a: Rgb, b: Rgb, where: Mask): number {
  return meanOver(where, (i) => {
    let sum = 0;
    for (let c = i * 3; c < i * 3 + 3; c++) sum += Math.abs((a.data[c] ?? 0) - (b.data[c] ?? 0));
    return sum / 3;
  });
}

/** Mean absolute difference, over the mask, to the mean colour of the ring. */
function differenceToMean(rgb: Rgb, where: Mask, ring: Mask): number {
  const means = [0, 1, 2].map((c) => meanOver(ring, (i) => rgb.data[i * 3 + c] ?? 0));
  return meanOver(where, (i) => means.reduce((sum, m, c) => sum + Math.abs((rgb.data[i * 3 + c] ?? 0) - m), 0) / 3);
}

function correlation(a: Rgb, b: Rgb, where: Mask): number {
  const [meanA, meanB] = [meanOver(where, (i) => luma(a, i)), meanOver(where, (i) => luma(b, i))];
  const varA = meanOver(where, (i) => (luma(a, i) - meanA) ** 2);
  const varB = meanOver(where, (i) => (luma(b, i) - meanB) ** 2);
  const together = meanOver(where, (i) => (luma(a, i) - meanA) * (luma(b, i) - meanB));
  return (together + 1e-3) / Math.sqrt((varA + 1e-3) * (varB + 1e-3)); // two flat areas are alike
}

function meanSsim(a: Rgb, b: Rgb, where: Mask): number {
  const moments = new Float32Array(where.data.length * 5); // [H, W, 5]: A B AA BB AB
  for (let i = 0; i < where.data.length; i++) {
    const [x, y] = [luma(a, i), luma(b, i)];
    moments.set([x, y, x * x, y * y, x * y], i * 5);
  }
  const means = boxMean(moments, a.width, a.height, 5, WINDOW);
  return meanOver(where, (i) => {
    const at = (k: number): number => means[i * 5 + k] ?? 0;
    const [ma, mb] = [at(0), at(1)];
    const light = (2 * ma * mb + C1) / (ma * ma + mb * mb + C1);
    const spread = at(2) - ma * ma + at(3) - mb * mb;
    return (light * (2 * (at(4) - ma * mb) + C2)) / (spread + C2);
  });
}

function meanOver(mask: Mask, valueAt: (i: number) => number): number {
  let [sum, count] = [0, 0];
  mask.data.forEach((inside, i) => {
    if (inside <= 127) return;
    sum += valueAt(i);
    count++;
  });
  return count === 0 ? 0 : sum / count;
}

function luma({ data }: Rgb, i: number): number {
  return 0.299 * (data[i * 3] ?? 0) + 0.587 * (data[i * 3 + 1] ?? 0) + 0.114 * (data[i * 3 + 2] ?? 0);
}
