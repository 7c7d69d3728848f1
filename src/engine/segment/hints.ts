/** From what the person pointed at to what GrabCut may and may not change. */
import { areaPixels, boundingBox, dilate, erode, type Size } from "../geometry/mask.ts";
import type { Box, Mask, Rgb } from "../raster.ts";
import { growBox, wholeBox } from "../retouch/resample.ts";
import { graphOf } from "./background.ts";
import { LABEL, type Labels, type View, viewOf } from "./grabcut.ts";
import { shrinkMask } from "./shrink.ts";
import { superpixels } from "./superpixels.ts";

/** A positive or negative point in the pixels of the small picture of a view. */
export interface SmallPoint {
  readonly x: number;
  readonly y: number;
  readonly positive: boolean;
}

const SUPERPIXELS = 320;
/** A superpixel is taken for the object when its way to a positive point costs less than this share of the other way. */
const NEARER = 0.6;

/** The box with enough of its surroundings to learn the background's colours from. */
export function viewAround(rgb: Rgb, [x0, y0, x1, y1]: Box): View {
  return viewOf(rgb, growBox([x0, y0, x1, y1], 8 + 0.35 * Math.max(x1 - x0, y1 - y0), rgb));
}

/** Box hint (picture coordinates): outside is background for certain; where there is no outside, the rim is. */
export function labelsFromBox(view: View, box: Box): Labels {
  const { width, height } = view.small;
  const [sx, sy] = [width / (view.box[2] - view.box[0]), height / (view.box[3] - view.box[1])];
  const x0 = Math.max(1, Math.round((box[0] - view.box[0]) * sx));
  const y0 = Math.max(1, Math.round((box[1] - view.box[1]) * sy));
  const x1 = Math.min(width - 1, Math.round((box[2] - view.box[0]) * sx));
  const y1 = Math.min(height - 1, Math.round((box[3] - view.box[1]) * sy));
  return labelled(view, (x, y) => (x >= x0 && x < x1 && y >= y0 && y < y1 ? LABEL.probablyObject : LABEL.background));
}

/** Rough mask (of the picture at `scale`): its core is object, its far outside background, the belt between is open. */
export function labelsFromMask(view: View, mask: Mask, scale = 1): Labels {
  const { width, height } = view.small;
  const rough = shrinkMask(mask, scaledBox(view.box, scale, mask), width, height);
  const radius = Math.sqrt(areaPixels(rough) / Math.PI);
  const core = erode(rough, Math.max(2, 0.35 * radius));
  const near = dilate(rough, Math.max(3, 0.3 * radius));
  return labelled(view, (x, y) => {
    const i = y * width + x;
    if ((core.data[i] ?? 0) > 127) return LABEL.object;
    if ((rough.data[i] ?? 0) > 127) return LABEL.probablyObject;
    return (near.data[i] ?? 0) > 127 ? LABEL.probablyBackground : LABEL.background;
  });
}

/** Points: superpixels that are cheaper to reach, by colour, from the positive than from the negative points and the rim. */
export function labelsFromPoints(view: View, points: readonly SmallPoint[]): Labels {
  const { width, height } = view.small;
  const parts = superpixels(view.small, SUPERPIXELS);
  const { colour, count, edges, border } = graphOf(parts);
  const at = (point: SmallPoint): number => parts.labels[Math.floor(point.y) * width + Math.floor(point.x)] ?? 0;
  const object = new Set(points.filter((point) => point.positive).map(at));
  const against = points.filter((point) => !point.positive).map(at);
  const rim = [...border.keys()].filter((i) => (border[i] ?? 0) > 0 && !object.has(i));
  const cost = (i: number, j: number): number => (colour[i * count + j] ?? 0) + 1;
  const toObject = cheapest(count, edges, cost, [...object]);
  const toBackground = cheapest(count, edges, cost, [...against, ...rim]);
  const radius = Math.max(2, 0.012 * Math.max(width, height));
  return labelled(view, (x, y, i) => {
    const touched = points.find((point) => Math.hypot(point.x - x - 0.5, point.y - y - 0.5) <= radius);
    if (touched) return touched.positive ? LABEL.object : LABEL.background;
    if (x === 0 || y === 0 || x === width - 1 || y === height - 1) return LABEL.probablyBackground;
    const part = parts.labels[i] ?? 0;
    const nearer = (toObject[part] ?? 0) < NEARER * (toBackground[part] ?? 0);
    return nearer || object.has(part) ? LABEL.probablyObject : LABEL.probablyBackground;
  });
}

export function wholeView(rgb: Rgb): View {
  return viewOf(rgb, wholeBox(rgb));
}

/** The view around a mask of the picture at `scale`; undefined when the mask is empty. */
export function viewOfMask(rgb: Rgb, mask: Mask, scale = 1): View | undefined {
  const box = boundingBox(mask);
  return box === null ? undefined : viewAround(rgb, scaledBox(box, 1 / scale, rgb));
}

/** The box in a picture of `scale` times the size: whole pixels, at least one, inside it. */
function scaledBox(box: Box, scale: number, size: Size): Box {
  return growBox([box[0] * scale, box[1] * scale, box[2] * scale, box[3] * scale], 0, size);
}

function labelled({ small }: View, labelAt: (x: number, y: number, i: number) => number): Labels {
  const data = new Uint8Array(small.width * small.height);
  for (let i = 0; i < data.length; i++) data[i] = labelAt(i % small.width, Math.floor(i / small.width), i);
  return { width: small.width, height: small.height, data };
}

/** Cost of the cheapest path from any of `from` to each node (Bellman–Ford; the graph is small). */
function cheapest(
  count: number,
  edges: readonly (readonly [number, number])[],
  cost: (i: number, j: number) => number,
  from: readonly number[],
): Float32Array {
  const out = new Float32Array(count).fill(1e6);
  for (const i of from) out[i] = 0;
  for (let changed = true; changed; ) {
    changed = false;
    for (const [i, j] of edges) {
      const step = cost(i, j);
      const [a, b] = [out[i] ?? 0, out[j] ?? 0];
      if (b + step < a - 1e-3) out[i] = b + step;
      else if (a + step < b - 1e-3) out[j] = a + step;
      else continue;
      changed = true;
    }
  }
  return out;
}
