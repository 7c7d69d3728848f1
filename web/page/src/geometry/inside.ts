/** Moves that leave the picture, brought back to its edge. */
import { apply, type Box, type Point } from "./affine.ts";
import { affineOf, type Handling } from "./motion.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The shift nearest to the wanted one with which the moved box lies in the picture; of what is larger, its beginning. */
export function insideBy([x0, y0, x1, y1]: Box, handling: Handling, { width, height }: Size): Point {
  const map = affineOf(handling);
  const corners = (
    [
      [x0, y0],
      [x1, y0],
      [x1, y1],
      [x0, y1],
    ] as const
  ).map((corner) => apply(map, corner));
  const [dx, dy] = [
    back(
      corners.map(([x]) => x),
      width,
    ),
    back(
      corners.map(([, y]) => y),
      height,
    ),
  ];
  return [Math.round(handling.by[0] + dx), Math.round(handling.by[1] + dy)];
}

function back(sides: readonly number[], size: number): number {
  const [low, high] = [Math.min(...sides), Math.max(...sides)];
  return low < 0 || high - low > size ? -low : Math.min(0, size - high);
}
