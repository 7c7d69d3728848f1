/** "What is here" means the whole thing: a point's own colour part is weighed against larger things that hold it. */
import { areaPixels, areaShare, boundingBox, dilate } from "../geometry/mask.ts";
import type { Mask, Rgb } from "../raster.ts";
import { growBox, resizeMask } from "../retouch/resample.ts";
import { keepTouched } from "./components.ts";
import { type Cut, cleaned } from "./cut.ts";
import { grabCut, LABEL, type Labels, type View } from "./grabcut.ts";
import type { Cv } from "./opencv.ts";
import { sharedOf } from "./overlap.ts";
import { otsu, saliencyMap, salientLabels } from "./saliency.ts";

/** Intersection over union from which two masks are the same answer. */
const SAME = 0.8;
/** A larger thing may be that much less clear than the part; each other method that finds the part makes it harder. */
const NEARLY_AS_CLEAR = 0.82;
const PER_VOTE = 0.1;
/** A larger thing holds at least this share of the part, and has this many times its area. */
const HOLDS = 0.7;
const LARGER = 1.15;
/** How far a thing may reach beyond the part, in the part's longest edge. */
const REACHES = [0.5, 1] as const;

/** The part itself or the thing around it, and how much the methods agree, 0–1. */
export interface Whole {
  readonly cut: Cut;
  readonly agreement: number;
}

/** `part` is cut from a view of the whole picture, `at` the index of the point's pixel in it. Deterministic. */
export function wholeAt(rgb: Rgb, part: Cut, at: number, cv: Cv): Whole {
  const found = labelsAround(rgb, part, at)
    .map((labels) => cutAt(part.view, labels, at, cv))
    .filter(({ small }) => (small.data[at] ?? 0) > 127 && isThing(small));
  const votes = found.filter(({ small }) => sharedOf(small, part.small).same > SAME).length;
  const needed = (NEARLY_AS_CLEAR + PER_VOTE * votes) * part.confidence;
  const larger = found.filter(({ small, confidence }) => confidence >= needed && isLarger(small, part.small));
  const cut = larger.reduce((best, one) => (best === part || one.confidence > best.confidence ? one : best), part);
  return { cut, agreement: agreementOn(cut, [part, ...found]) };
}

/** Best overlap with an answer that another method gave; 1 where there is none. */
function agreementOn(cut: Cut, answers: readonly Cut[]): number {
  const others = answers.filter((one) => one !== cut).map(({ small }) => sharedOf(small, cut.small).same);
  return others.length === 0 ? 1 : Math.max(...others);
}

function cutAt(view: View, labels: Labels, at: number, cv: Cv): Cut {
  const cut = grabCut(cv, view.small, labels);
  return cleaned(
    view,
    cut,
    keepTouched(cut, (i) => i === at),
  );
}

/** What stands out and holds the point, by two readings of the saliency map; what fills a window around the part. */
function labelsAround(rgb: Rgb, { view, small }: Cut, at: number): Labels[] {
  const map = resizeMask(saliencyMap(rgb), small.width, small.height);
  const salient = standingOut(map, small, at);
  return [salientLabels(map), ...(salient ? [salient] : []), ...REACHES.map((reach) => window(view, small, reach))];
}

/** The part of the saliency map, cut rather low, that holds the point. */
function standingOut(map: Mask, part: Mask, at: number): Labels | undefined {
  const level = 0.6 * otsu(map);
  const above = { ...map, data: map.data.map((value) => (value > level ? 255 : 0)) };
  if (!above.data[at]) return undefined;
  const held = keepTouched(above, (i) => i === at);
  const near = dilate(held, 0.04 * Math.max(map.width, map.height));
  const data = held.data.map((value, i) => {
    if (i === at) return LABEL.object;
    if (value > 127) return (part.data[i] ?? 0) > 127 ? LABEL.object : LABEL.probablyObject;
    return (near.data[i] ?? 0) > 127 ? LABEL.probablyBackground : LABEL.background;
  });
  return { ...map, data };
}

/** The part is object, its surroundings may be, the picture's rim and what lies outside the window are not. */
function window({ small }: View, part: Mask, reach: number): Labels {
  const [left, top, right, bottom] = boundingBox(part) ?? [0, 0, 1, 1];
  const pad = reach * Math.max(right - left, bottom - top, 16);
  const [x0, y0, x1, y1] = growBox([left, top, right, bottom], pad, small);
  const { width, height } = part;
  const data = part.data.map((value, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const rim = x === 0 || y === 0 || x === width - 1 || y === height - 1;
    if (value > 127) return LABEL.object;
    return !rim && x >= x0 && x < x1 && y >= y0 && y < y1 ? LABEL.probablyObject : LABEL.background;
  });
  return { width, height, data };
}

function isLarger(thing: Mask, part: Mask): boolean {
  return areaPixels(thing) >= LARGER * areaPixels(part) && sharedOf(thing, part).ofSecond >= HOLDS;
}

/** Ground and sky run from one side of the picture to the other, or fill most of it. */
function isThing(mask: Mask): boolean {
  const { width, height, data } = mask;
  const share = (start: number, stride: number, count: number): number => {
    let inside = 0;
    for (let k = 0; k < count; k++) if ((data[start + k * stride] ?? 0) > 127) inside++;
    return inside / count;
  };
  // One pixel in from the rim, which may be background by its label.
  const [left, right] = [share(1, width, height), share(width - 2, width, height)];
  const [top, bottom] = [share(width, 1, width), share((height - 2) * width, 1, width)];
  const across = Math.min(left, right) > 0.1 || Math.min(top, bottom) > 0.1;
  return areaShare(mask) < 0.65 && !across;
}
