/** Data sets that know points only: which region each point means, and how it moves. */
import { areaPixels, coveredShare, emptyMask, intersect } from "../../engine/geometry/mask.ts";
import { ellipseMask } from "../../engine/geometry/polygon.ts";
import type { Mask, Point, Rgb } from "../../engine/raster.ts";
import type { Cv } from "../../engine/segment/opencv.ts";
import { selectFromHint } from "../../engine/segment/select.ts";
import type { DragPoint } from "../points.ts";

export interface PointRegion {
  readonly mask: Mask;
  /** The mean displacement of its points. */
  readonly by: Point;
  readonly type: "relocation" | "deformation";
}

/** As reports print it; whoever changes a constant changes the sentence. */
export const POINT_RULE =
  "Points became regions: each handle means what the segmenter finds at it, within the set's editable mask; a pixel in " +
  "several such things belongs to the nearest handle; handles in one thing that move alike (within 20 % of the longer " +
  "way) stay one region; where that leaves less than 0.05 % of the picture, a disc of 4 % of the longer side stands in. " +
  "A thing that lies in the mask to 90 % is relocated, a part of a larger one deformed, by its handles' mean displacement.";

const ALIKE = 0.2;
const LEAST = 0.0005;
const DISC = 0.04;
const WHOLE = 0.9;

interface Thing {
  readonly points: readonly DragPoint[];
  readonly within: Mask;
  readonly whole: boolean;
}

/** One region per group of points, none empty, all disjoint. Slow: one segmentation per point. */
export function regionsOfPoints(rgb: Rgb, points: readonly DragPoint[], editable: Mask, cv: Cv): PointRegion[] {
  const things = grouped(points.map((point) => thingAt(rgb, point, editable, cv)));
  const owner = ownersOf(things, rgb);
  return things.map(({ points: own, within, whole }, i) => {
    const mask = { ...within, data: within.data.map((value, at) => (owner[at] === i + 1 ? value : 0)) };
    const enough = areaPixels(mask) >= LEAST * mask.data.length;
    const by = meanWay(own);
    const type = whole ? ("relocation" as const) : ("deformation" as const);
    return enough ? { mask, by, type } : { mask: discAt(rgb, own, editable), by, type: "deformation" };
  });
}

function thingAt(rgb: Rgb, point: DragPoint, editable: Mask, cv: Cv): Thing {
  const hint = { type: "points", points: [{ point: point.handle, positive: true }] } as const;
  const { mask } = selectFromHint(rgb, hint, cv);
  const binary = { ...mask, data: mask.data.map((value) => (value > 127 ? 255 : 0)) };
  return { points: [point], within: intersect(binary, editable), whole: coveredShare(binary, editable) >= WHOLE };
}

/** Joins what moves alike in one thing. */
function grouped(things: readonly Thing[]): Thing[] {
  const groups: Thing[] = [];
  for (const thing of things) {
    const at = groups.findIndex((group) => alike(group.points, thing.points) && overlap(group.within, thing.within));
    const group = groups[at];
    if (group === undefined) groups.push(thing);
    else groups[at] = { ...group, points: [...group.points, ...thing.points] };
  }
  return groups;
}

function alike(a: readonly DragPoint[], b: readonly DragPoint[]): boolean {
  const [p, q] = [meanWay(a), meanWay(b)];
  return Math.hypot(p[0] - q[0], p[1] - q[1]) <= ALIKE * Math.max(Math.hypot(...p), Math.hypot(...q));
}

function overlap(a: Mask, b: Mask): boolean {
  const common = areaPixels(intersect(a, b));
  return 2 * common > Math.min(areaPixels(a), areaPixels(b));
}

/** Per pixel 1 + index of the thing whose handle is nearest among those that hold the pixel; 0 for none. */
function ownersOf(things: readonly Thing[], { width, height }: Rgb): Uint16Array {
  const owner = new Uint16Array(width * height);
  const distance = new Float64Array(width * height).fill(Number.POSITIVE_INFINITY);
  for (const [i, { within, points }] of things.entries()) {
    within.data.forEach((inside, at) => {
      if (inside === 0) return;
      const [x, y] = [(at % width) + 0.5, Math.floor(at / width) + 0.5];
      const near = Math.min(...points.map(({ handle }) => Math.hypot(handle[0] - x, handle[1] - y)));
      if (near >= (distance[at] ?? 0)) return;
      [distance[at], owner[at]] = [near, i + 1];
    });
  }
  return owner;
}

/** Around the first handle, within the editable mask where they meet. */
function discAt(rgb: Rgb, [first]: readonly DragPoint[], editable: Mask): Mask {
  if (first === undefined) return emptyMask(rgb);
  const radius = Math.max(4, DISC * Math.max(rgb.width, rgb.height));
  const disc = ellipseMask(first.handle, [radius, radius], rgb);
  const inside = intersect(disc, editable);
  return areaPixels(inside) > 0 ? inside : disc;
}

function meanWay(points: readonly DragPoint[]): [number, number] {
  const mean = (axis: 0 | 1) =>
    points.reduce((sum, { handle, target }) => sum + target[axis] - handle[axis], 0) / points.length;
  return [mean(0), mean(1)];
}
