/** Operations that pull the same pixels in contrary directions. */
import type { Warning } from "../api.ts";
import { apply } from "../geometry/affine.ts";
import { forEachPixel } from "../geometry/mask.ts";
import type { Affine, Mask } from "../raster.ts";

interface Mover {
  label: string;
  region: Mask;
  affine: Affine;
}

/** Correlation of the two displacements below which they oppose: about 105 degrees apart. */
const OPPOSING = -0.25;
/** Pixels; shorter mean displacements have no direction to oppose. */
const STILL = 0.5;

/** A warning when the regions overlap and, over the overlap, one motion undoes the other; else undefined. */
export function opposingWarning(first: Mover, second: Mover): Warning | undefined {
  const { count, dot, firstSquared, secondSquared } = momentsOverOverlap(first, second);
  const still = count * STILL * STILL;
  if (count === 0 || firstSquared < still || secondSquared < still) return undefined;
  if (dot / Math.sqrt(firstSquared * secondSquared) > OPPOSING) return undefined;
  const message =
    `Regions "${first.label}" and "${second.label}" overlap in ${count} pixels and pull them in opposing directions; ` +
    "take the overlap out of one of them";
  return { code: "opposing-motions", message };
}

/** Sums over the overlap's pixels of the displacements' dot product and squared lengths. */
function momentsOverOverlap(first: Mover, second: Mover) {
  const { width, data } = second.region;
  let [count, dot, firstSquared, secondSquared] = [0, 0, 0, 0];
  forEachPixel(first.region, (column, row) => {
    if ((data[row * width + column] ?? 0) <= 127) return;
    const [x, y] = [column + 0.5, row + 0.5];
    const [px, py] = apply(first.affine, [x, y]);
    const [qx, qy] = apply(second.affine, [x, y]);
    count++;
    dot += (px - x) * (qx - x) + (py - y) * (qy - y);
    firstSquared += (px - x) ** 2 + (py - y) ** 2;
    secondSquared += (qx - x) ** 2 + (qy - y) ** 2;
  });
  return { count, dot, firstSquared, secondSquared };
}
