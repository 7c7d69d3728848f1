/** A soft alpha from a hard mask: hair and blur at the border, certainty elsewhere. */
import { boundingBox, dilate, emptyMask, erode, threshold } from "../geometry/mask.ts";
import type { Box, Mask, Rgb } from "../raster.ts";
import { colourLineAlpha, type Trimap } from "./colour-line.ts";
import { applyGuided, guidedCoefficients } from "./guided-filter.ts";
import { cropMask, cropRgb, fitWithin, growBox, placeMask, resizeMask, resizeRgb } from "./resample.ts";

/** The estimate runs on a crop of at most this edge; a guided filter carries it to full size. */
const FIT_EDGE = 512;
/** Squared levels: fainter contrasts than about ±7 do not shape the border. */
const EPSILON = 50;
/** Regions arrive grown by a few pixels, so the object's own border lies rather inside the mask's border. */
const INSIDE = 1.6;
const OUTSIDE = 0.6;

/** Scale in pixels of the band in which alpha may be soft: about 1 % of the region's diagonal, 2 to 12. */
export function bandOf([x0, y0, x1, y1]: Box): number {
  return Math.max(2, Math.min(12, Math.round(0.01 * Math.hypot(x1 - x0, y1 - y0))));
}

/**
 * Alpha of the region, 0–255: soft only within a few pixels (`bandOf`) of the border of `mask` (binary above 127),
 * 255 further inside, 0 further outside. An empty mask gives an empty matte.
 */
export function softMatte(rgb: Rgb, mask: Mask): Mask {
  const tight = boundingBox(mask);
  if (tight === null) return emptyMask(mask);
  const band = bandOf(tight);
  const box = growBox(tight, 5 * band, mask);
  const [picture, region] = [cropRgb(rgb, box), cropMask(mask, box)];
  const inner = erode(region, INSIDE * band);
  const outer = dilate(region, OUTSIDE * band);
  const alpha = estimatedAlpha(picture, region, { inner, outer }, band);
  const data = alpha.data.map((value, i) => {
    if ((inner.data[i] ?? 0) > 127) return 255;
    return (outer.data[i] ?? 0) > 127 ? steepened(value) : 0;
  });
  return placeMask({ ...region, data }, box, mask);
}

function estimatedAlpha(
  picture: Rgb,
  region: Mask,
  { inner, outer }: { inner: Mask; outer: Mask },
  band: number,
): Mask {
  const { width, height } = fitWithin(picture.width, picture.height, FIT_EDGE);
  const small = resizeRgb(picture, width, height);
  const reach = Math.max(1, Math.round((band * width) / picture.width));
  const outerSmall = resizeMask(outer, width, height);
  const background = { ...outerSmall, data: outerSmall.data.map((value) => (value === 0 ? 255 : 0)) };
  const trimap: Trimap = { object: threshold(resizeMask(inner, width, height), 254), background };
  const alpha = colourLineAlpha(small, trimap, resizeMask(region, width, height), 4 * reach);
  return applyGuided(guidedCoefficients(small, alpha, reach, EPSILON), picture);
}

/** The filter leaves a faint fog on both sides (means of two windows); alpha 24–231 is stretched to 0–255. */
function steepened(alpha: number): number {
  return Math.max(0, Math.min(255, Math.round(((alpha - 24) * 255) / 207)));
}
