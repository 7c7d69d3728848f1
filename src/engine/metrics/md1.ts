/**
 * MD_1: how far the place that looks like the dragged point lies from where it should be. Lower is better; pixels, in
 * thousandths, mean over the points. Source: DragFlow's evaluation on DIFT features (flux.md §7.3).
 */
import type { Planes } from "../drag/resize.ts";
import { bestPixel, cosine, type DraggedPoint, Features, mean } from "./match.ts";

/** Feature maps of the picture before and after, of any size; `editable` is one plane of {0, 1} of the picture's size. */
export function md1(source: Planes, edited: Planes, editable: Planes, points: readonly DraggedPoint[]): number {
  const size = [editable.height, editable.width] as const;
  const [before, after] = [new Features(source), new Features(edited)];
  const counts = (x: number, y: number) => (editable.data[y * editable.width + x] ?? 0) > 0.5;
  const distances = points.map(({ begin: [x, y], target }) => {
    const query = before.sample(size, x, y);
    const match = bestPixel(size, counts, (column, row) => cosine(query, after.sample(size, column, row)));
    return Math.hypot(match[0] - target[0], match[1] - target[1]);
  });
  return Math.round(1000 * mean(distances)) / 1000;
}
