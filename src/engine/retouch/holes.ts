/** What regions leave behind: the areas to fill, neighbours together, so that no fill copies what leaves beside it. */
import { boundingBox, dilate } from "../geometry/mask.ts";
import type { Box, Mask } from "../raster.ts";
import { bandOf } from "./matte.ts";
import { cropMask, growBox } from "./resample.ts";

/** An area of the picture to be filled: `mask` (binary above 127) lies at the corner of `box`. */
export interface Hole {
  readonly box: Box;
  readonly mask: Mask;
}

/** Holes nearer to one another than this are filled as one, pixels. */
const TOGETHER = 8;

export function holesOf(masks: readonly Mask[]): Hole[] {
  const groups: Hole[] = [];
  for (const mask of masks) {
    let hole = holeOf(mask);
    if (hole === undefined) continue;
    for (let near = groups.findIndex(touches(hole)); near >= 0; near = groups.findIndex(touches(hole))) {
      hole = joined(hole, ...groups.splice(near, 1));
    }
    groups.push(hole);
  }
  return groups;
}

/** The region with its soft border: what must not serve as a source of the fill. */
function holeOf(mask: Mask): Hole | undefined {
  const tight = boundingBox(mask);
  if (tight === null) return undefined;
  const radius = bandOf(tight);
  const box = growBox(tight, radius, mask);
  return { box, mask: dilate(cropMask(mask, box), radius) };
}

function touches({ box: [x0, y0, x1, y1] }: Hole): (other: Hole) => boolean {
  return ({ box }) =>
    box[0] < x1 + TOGETHER && box[2] > x0 - TOGETHER && box[1] < y1 + TOGETHER && box[3] > y0 - TOGETHER;
}

function joined(...holes: readonly Hole[]): Hole {
  const corner = (k: 0 | 1 | 2 | 3, pick: (...values: number[]) => number) => pick(...holes.map(({ box }) => box[k]));
  const box: Box = [corner(0, Math.min), corner(1, Math.min), corner(2, Math.max), corner(3, Math.max)];
  return { box, mask: holesWithin(holes, box) };
}

/** The holes' parts inside `box` as one mask of its size. */
export function holesWithin(holes: readonly Hole[], [x0, y0, x1, y1]: Box): Mask {
  const [width, height] = [x1 - x0, y1 - y0];
  const data = new Uint8Array(width * height);
  for (const { box, mask } of holes) {
    const [left, right] = [Math.max(x0, box[0]), Math.min(x1, box[2])];
    for (let y = Math.max(y0, box[1]); y < Math.min(y1, box[3]); y++) {
      const from = (y - box[1]) * mask.width - box[0];
      for (let x = left; x < right; x++) if ((mask.data[from + x] ?? 0) > 127) data[(y - y0) * width + x - x0] = 255;
    }
  }
  return { width, height, data };
}
