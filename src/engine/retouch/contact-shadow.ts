/** The soft shadow on the ground that a region was selected with: ground with less light, not part of the thing. */
import {
  areaPixels,
  boundingBox,
  dilate,
  distancesTo,
  emptyMask,
  erode,
  intersect,
  type Size,
  subtract,
  threshold,
  union,
} from "../geometry/mask.ts";
import type { Box, Mask, Rgb } from "../raster.ts";
import { componentsOf } from "../segment/components.ts";
import { type Dimming, dimmingOf, isDimmed } from "./dimmed-ground.ts";
import { cropMask, cropRgb, fitWithin, growBox, resizeMask, resizeRgb } from "./resample.ts";
import { darknessOf } from "./shadow-darkness.ts";

export interface ContactShadow {
  /** Of the picture, around the shadow. */
  readonly box: Box;
  /** Share of the light that the ground lacks, 0–255, as large as the box; smooth, and 0 along the box's sides. */
  readonly darkness: Mask;
  /** The part of the region that is ground, binary, as large as the box. */
  readonly area: Mask;
}

/** The region is looked at with its longer side at most so long. */
const EDGE = 160;
/** Pixels around it, of the same size. */
const AROUND = 40;

/** A rectangle follows no outline, so that nothing tells a shadow from the ground that was selected along. */
const RECTANGLE = 0.97;

/** A shadow lies in the lowest part of its region … */
const LOWEST = 0.35;
/** … is wide and flat: least width and largest height, as shares of the region's … */
const [WIDE, FLAT] = [0.35, 0.2];
/** … ends with the region along most of its border … */
const FREE = 0.5;
/** … where it is soft: no deeper than this there, and by so much deeper four to nine pixels inside. */
const [SHALLOW, SOFT] = [0.32, 0.15];
const [RIM, INSIDE] = [2.5, [4, 9]] as const;
/** Share of the region below which nothing is a shadow. */
const LITTLE = 0.01;
/** The ground begins so far from the region. */
const NEAR = 5;
/** Parts of the region smaller than this share of its largest are none of its own. */
const CRUMB = 0.02;

/** `region` is what was drawn, binary above 127; undefined where it holds no shadow. */
export function contactShadow(rgb: Rgb, region: Mask): ContactShadow | undefined {
  const tight = boundingBox(region);
  if (tight === null) return undefined;
  const longer = Math.max(tight[2] - tight[0], tight[3] - tight[1]);
  const scale = Math.max(1, longer / EDGE);
  const [left, top, right, bottom] = tight;
  if (areaPixels(region) > RECTANGLE * (right - left) * (bottom - top)) return undefined;
  const tallest = Math.max(top, Math.floor(bottom - 2 * LOWEST * (bottom - top)));
  const box = growBox([left, tallest, right, bottom], AROUND * scale, rgb);
  const [wide, tall] = [box[2] - box[0], box[3] - box[1]];
  const { width, height } = fitWithin(wide, tall, Math.round(Math.max(wide, tall) / scale));
  const view = resizeRgb(cropRgb(rgb, box), width, height);
  const seen = threshold(resizeMask(cropMask(region, box), width, height));
  const dimming = dimmingOf(view, seen, NEAR);
  const whole = { width: (right - left) / scale, height: (bottom - top) / scale };
  const area = dimming && shadowIn(seen, dimming, whole);
  const darkness = area && darknessOf(view, area, seen, dimming);
  if (!darkness) return undefined;
  const large = (mask: Mask) => resizeMask(mask, wide, tall);
  const inRegion = cropMask(region, box);
  return { box, darkness: large(darkness), area: withCrumbs(intersect(threshold(large(area)), inRegion), inRegion) };
}

/** Of the lower part of a region as large as `whole`; undefined where nothing in it passes for a shadow. */
function shadowIn(region: Mask, dimming: Dimming, whole: Size): Mask | undefined {
  const from = (boundingBox(region)?.[3] ?? 0) - LOWEST * whole.height;
  const dim = emptyMask(region);
  for (let i = 0; i < dim.data.length; i++) {
    if ((region.data[i] ?? 0) > 0 && i >= from * region.width && isDimmed(dimming, i, 1)) dim.data[i] = 255;
  }
  const parts = dilate(erode(dim, 1), 1);
  const { labels, areas } = componentsOf(parts, "inside");
  const deep = distancesTo(subtract({ ...region, data: region.data.map(() => 255) }, region));
  const chosen = areas.flatMap((area, k) => {
    if (area < LITTLE * areaPixels(region)) return [];
    const part = { ...parts, data: parts.data.map((_, i) => (labels[i] === k + 1 ? 255 : 0)) };
    return isShadow(part, whole, dimming, deep) ? [part] : [];
  });
  if (chosen.length === 0) return undefined;
  return withRim(chosen.reduce<Mask>(union, emptyMask(region)), region, dimming, deep);
}

function isShadow(part: Mask, whole: Size, { depth }: Dimming, deep: Float32Array): boolean {
  const [x0, y0, x1, y1] = boundingBox(part) ?? [0, 0, 0, 0];
  if (x1 - x0 < WIDE * whole.width || y1 - y0 > FLAT * whole.height) return false;
  const border = subtract(part, erode(part, 1));
  const at = (mask: Mask, near: number, far: number) =>
    [...mask.data.keys()].filter((i) => (mask.data[i] ?? 0) > 0 && (deep[i] ?? 0) > near && (deep[i] ?? 0) <= far);
  if (at(border, 0, 2).length < FREE * areaPixels(border)) return false;
  const median = (pixels: readonly number[]) =>
    pixels.map((i) => depth[i] ?? 0).sort((a, b) => a - b)[pixels.length >> 1];
  const [rim, inside] = [median(at(part, 0, RIM)), median(at(part, ...INSIDE))];
  return rim !== undefined && inside !== undefined && rim < SHALLOW && inside - rim > SOFT;
}

/** The shadow and the ground's pixels between it and the region's border, whose light is mixed with what is outside. */
function withRim(shadow: Mask, region: Mask, dimming: Dimming, deep: Float32Array): Mask {
  const near = dilate(shadow, 3);
  const data = shadow.data.map((value, i) => {
    const rim = (near.data[i] ?? 0) > 0 && (region.data[i] ?? 0) > 0 && (deep[i] ?? 0) <= 3 && isDimmed(dimming, i, 2);
    return rim ? 255 : value;
  });
  return { ...shadow, data };
}

/** Scraps of the region that the shadow cuts off are ground as well; what goes on beyond the view is the thing. */
function withCrumbs(shadow: Mask, region: Mask): Mask {
  const { labels, areas, touching } = componentsOf(subtract(region, shadow), "inside");
  const least = CRUMB * Math.max(0, ...areas);
  const isCrumb = areas.map((area, k) => area < least && !touching[k]);
  return { ...shadow, data: shadow.data.map((value, i) => (isCrumb[(labels[i] ?? 0) - 1] ? 255 : value)) };
}
