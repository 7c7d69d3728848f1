/** A soft alpha from a hard mask: hair and blur at the border, certainty elsewhere. */
import { boundingBox, dilate, emptyMask, erode, threshold } from "../geometry/mask.ts";
import type { Box, Mask, Rgb } from "../raster.ts";
import { boxMean } from "./box-mean.ts";
import { colourLineAlpha, type Doubt, type Trimap } from "./colour-line.ts";
import { applyGuided, guidedCoefficients } from "./guided-filter.ts";
import { cropMask, cropRgb, fitWithin, growBox, placeMask, resizeMask, resizeRgb } from "./resample.ts";

/** The estimate runs on a crop of at most this edge; a guided filter carries it to full size. */
const FIT_EDGE = 512;
/** Squared levels: fainter contrasts than about ±7 do not shape the border. */
const EPSILON = 50;
interface Border extends Doubt {
  /** How far alpha may be soft on either side of the border, as shares of `bandOf`. */
  readonly inside: number;
  readonly outside: number;
}

/** Of a region as drawn: on composites with known alpha its border is worth more than the colours of textured sides. */
const DRAWN: Border = { inside: 0.5, outside: 0.75, noise: 1000, spread: 10 };
/** Of a grown region: the object's own border lies rather inside, and only the colours say where. */
const GROWN: Border = { inside: 1.6, outside: 0.6, noise: 150, spread: 1 };
/** Colours of both sides are gathered within so many bands. */
const GATHER = 1.5;

/** Scale in pixels of the band in which alpha may be soft: about 1 % of the region's diagonal, 2 to 12. */
export function bandOf([x0, y0, x1, y1]: Box): number {
  return Math.max(2, Math.min(12, Math.round(0.01 * Math.hypot(x1 - x0, y1 - y0))));
}

/**
 * Alpha of the region, 0–255: soft only within a few pixels (`bandOf`) of the border, 255 further inside, 0 further
 * outside. `mask` is the grown region and `drawn` the region before it grew, both binary above 127; where colours do not
 * tell the sides apart, the drawn border stands. An empty mask gives an empty matte.
 */
export function softMatte(rgb: Rgb, mask: Mask, drawn?: Mask): Mask {
  const tight = boundingBox(mask);
  if (tight === null) return emptyMask(mask);
  const band = bandOf(tight);
  const box = growBox(tight, 5 * band, mask);
  const region = cropMask(drawn ?? mask, box);
  const border = drawn ? DRAWN : GROWN;
  const limits = {
    inner: erode(region, border.inside * band),
    outer: dilate(region, border.outside * band),
    doubt: border,
  };
  return placeMask(estimatedAlpha(cropRgb(rgb, box), region, limits, band), box, mask);
}

interface Limits {
  readonly inner: Mask;
  readonly outer: Mask;
  readonly doubt: Doubt;
}

function estimatedAlpha(picture: Rgb, region: Mask, limits: Limits, band: number): Mask {
  const { width, height } = fitWithin(picture.width, picture.height, FIT_EDGE);
  const scale = width / picture.width;
  const small = resizeRgb(picture, width, height);
  const [inner, outer] = [resizeMask(limits.inner, width, height), resizeMask(limits.outer, width, height)];
  const background = { ...outer, data: outer.data.map((value) => (value === 0 ? 255 : 0)) };
  const trimap: Trimap = { object: threshold(inner, 254), background };
  const edge = softened(resizeMask(region, width, height));
  const alpha = colourLineAlpha(small, trimap, edge, Math.max(2, Math.round(GATHER * band * scale)), limits.doubt);
  if (scale === 1) return alpha;
  const reach = Math.max(1, Math.round(0.5 * band * scale));
  return certain(applyGuided(guidedCoefficients(small, alpha, reach, EPSILON), picture), limits);
}

/** A drawn border runs between pixels, a photo's goes through them: a quarter of the mean over 3 × 3. */
function softened(mask: Mask): Mask {
  const means = boxMean(new Float32Array(mask.data), mask.width, mask.height, 1, 1);
  return { ...mask, data: mask.data.map((value, i) => Math.round(0.75 * value + 0.25 * (means[i] as number))) };
}

/** The guided filter leaves a faint fog on both sides. */
function certain(alpha: Mask, { inner, outer }: Limits): Mask {
  const data = alpha.data.map((value, i) => {
    if ((inner.data[i] ?? 0) > 127) return 255;
    return (outer.data[i] ?? 0) > 127 ? steepened(value) : 0;
  });
  return { ...alpha, data };
}

function steepened(alpha: number): number {
  return Math.max(0, Math.min(255, Math.round(((alpha - 24) * 255) / 207)));
}
