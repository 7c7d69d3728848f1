/**
 * Whether a region is a part of something larger. Along its border the colours on both sides are compared: a whole
 * object has a visible edge nearly all around; where a part is joined to the rest, the colours on both sides are alike
 * and are the thing's own: usual inside the region and not behind its visible edges. The second condition keeps loose boxes
 * and masks out, whose border runs through plain background.
 */
import { areaPixels, boundingBox } from "../geometry/mask.ts";
import type { Mask, Rgb } from "../raster.ts";
import { labOf } from "../segment/lab.ts";
import { type BorderSample, borderSamples, DEPTH } from "./border-samples.ts";
import { boxMean } from "./box-mean.ts";
import { ownColours } from "./colour-share.ts";
import { cropMask, cropRgb, fitWithin, growBox, resizeMask, resizeRgb } from "./resample.ts";

export interface Attachment {
  /** The longest stretch of border that the thing crosses unbroken, as a share of the border, 0–1. */
  readonly joined: number;
  /** Share of the border with a visible edge, 0–1. */
  readonly edged: number;
}

/** The region and its surroundings are looked at in this size. */
const EDGE = 160;
/** Distance in Lab from which an edge is seen. */
const VISIBLE = 11;
/** Share of a colour that must lie inside to make it the thing's own. */
const OWN = 0.6;
/** What a place without a visible edge counts as a sample of the background. */
const FAINT = 0.15;
/**
 * Joins that count: a clean one beside visible edges, or a broad one. Settled so that of 89 things selected without help in
 * photos and of the quality suite's 60 objects none is taken for a part, and of 120 boxes and ellipses drawn a tenth too large
 * around those objects eight. Most parts without a broad, clean join are not recognised: when unsure it is a thing.
 */
const JOINS = [
  { joined: 0.075, edged: 0.45 },
  { joined: 0.3, edged: 0.2 },
] as const;

export function isPart(rgb: Rgb, region: Mask): boolean {
  const { joined, edged } = attachmentOf(rgb, region);
  return JOINS.some((join) => joined >= join.joined && edged >= join.edged);
}

export function attachmentOf(rgb: Rgb, region: Mask): Attachment {
  const tight = boundingBox(region);
  if (tight === null) return { joined: 0, edged: 0 };
  const around = growBox(tight, 8 + 0.6 * Math.sqrt(areaPixels(region)), region);
  const { width, height } = fitWithin(around[2] - around[0], around[3] - around[1], EDGE);
  const mask = resizeMask(cropMask(region, around), width, height);
  const lab = boxMean(labOf(resizeRgb(cropRgb(rgb, around), width, height)), width, height, 3, 1);
  return measure(lab, mask);
}

function measure(lab: Float32Array, mask: Mask): Attachment {
  const border = borderSamples(mask);
  if (border.length === 0) return { joined: 0, edged: 0 };
  const edges = border.map(({ inner, outer }) => distance(lab, inner, outer) >= VISIBLE);
  const behind = border.map(({ outside }, k) => ({ places: outside, weight: edges[k] ? 1 : FAINT }));
  const own = ownColours(lab, mask, behind);
  const joins = border.map(({ inner, outer }, k) => !edges[k] && own(outer) > OWN && own(inner) > OWN);
  const joined = longestPiece(withoutSpecks(border, joins, mask.width), mask.width);
  return { joined: joined / border.length, edged: edges.filter(Boolean).length / border.length };
}

function distance(lab: Float32Array, a: number, b: number): number {
  let sum = 0;
  for (let c = 0; c < 3; c++) sum += ((lab[a * 3 + c] ?? 0) - (lab[b * 3 + c] ?? 0)) ** 2;
  return Math.sqrt(sum);
}

const SMOOTH = DEPTH + 1;

/** Border pixels around which at least half of the border joins. */
function withoutSpecks(border: readonly BorderSample[], joins: readonly boolean[], width: number): number[] {
  const votes = new Int8Array((border.at(-1)?.at ?? 0) + SMOOTH * (width + 1) + 1);
  border.forEach(({ at }, k) => {
    votes[at] = joins[k] ? 1 : -1;
  });
  // `borderSamples` keeps DEPTH + 1 = SMOOTH pixels off the picture's edge: no window runs into another row.
  return border.flatMap(({ at }) => {
    let balance = 0;
    for (let dy = -SMOOTH; dy <= SMOOTH; dy++) {
      for (let i = at + dy * width - SMOOTH; i <= at + dy * width + SMOOTH; i++) balance += votes[i] as number;
    }
    return balance >= 0 ? [at] : [];
  });
}

/** Pixels of the largest group whose members are at most two pixels from one another. */
function longestPiece(pixels: readonly number[], width: number): number {
  const left = new Set(pixels);
  let longest = 0;
  for (const start of pixels) {
    if (!left.delete(start)) continue;
    const piece = [start];
    for (let k = 0; k < piece.length; k++) piece.push(...takeNear(left, piece[k] ?? 0, width));
    longest = Math.max(longest, piece.length);
  }
  return longest;
}

function takeNear(left: Set<number>, at: number, width: number): number[] {
  const found: number[] = [];
  for (let dy = -2; dy <= 2; dy++) {
    for (let dx = -2; dx <= 2; dx++) if (left.delete(at + dy * width + dx)) found.push(at + dy * width + dx);
  }
  return found;
}
