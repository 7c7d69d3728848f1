/**
 * MD_2: MD_1 in parts of the picture, searched near the way only. Lower is better; hundredths of the picture's sides,
 * mean over the points. Source: RegionDrag's measure as DragFlow uses it, on DIFT features (flux.md §7.4).
 */
import type { PixelPoint } from "../drag/paper-regions.ts";
import type { Planes, Size2 } from "../drag/resize.ts";
import { bestPixel, cosine, type DraggedPoint, Features, mean } from "./match.ts";

export interface Md2 {
  readonly distance: number;
  /** Where each point was found, in pixels. */
  readonly matches: readonly PixelPoint[];
}

/** Feature maps of the picture before and after, of any size, read as if enlarged to `size` by nearest neighbours. */
export function md2(source: Planes, edited: Planes, size: Size2, points: readonly DraggedPoint[]): Md2 {
  const [before, after] = [new Features(source), new Features(edited)];
  const [height, width] = size;
  const place = (x: number, y: number) =>
    Math.floor((y * after.height) / height) * after.width + Math.floor((x * after.width) / width);
  const matches = points.map((point) => {
    const query = before.at(place(...point.begin));
    const scores = Array.from({ length: after.height * after.width }, (_, i) => cosine(query, after.at(i)));
    return bestPixel(size, nearWay(point), (x, y) => scores[place(x, y)] ?? 0);
  });
  const distances = matches.map(([x, y], i) => {
    const [tx, ty] = points[i]?.target ?? [x, y];
    return Math.hypot((x - tx) / width, (y - ty) / height);
  });
  return { distance: 100 * mean(distances), matches };
}

/** Within a radius of either end that makes the two discs meet; 5 pixels at least. */
function nearWay({ begin, target }: DraggedPoint): (x: number, y: number) => boolean {
  const radius = Math.max(5, Math.hypot(begin[0] - target[0], begin[1] - target[1]) / Math.SQRT2);
  const near = ([cx, cy]: PixelPoint, x: number, y: number) => Math.hypot(x - cx, y - cy) <= radius;
  return (x, y) => near(begin, x, y) || near(target, x, y);
}
