/** Targets that meet: operations are painted in list order, so the later one covers the earlier. */
import type { Warning } from "../api.ts";
import { apply, compose, determinant, invert } from "../geometry/affine.ts";
import { areaPixels, forEachPixel } from "../geometry/mask.ts";
import type { Affine, Mask } from "../raster.ts";

interface Mover {
  label: string;
  region: Mask;
  affine: Affine;
}

/** Share of the earlier target below which the cover shows no more than interpolation does. */
const UNNOTICED = 0.01;

/** A warning where the target of `later` covers a visible part of the target of `earlier`; else undefined. */
export function overlapWarning(earlier: Mover, later: Mover): Warning | undefined {
  const share = coveredShare(earlier, later);
  if (share <= UNNOTICED) return undefined;
  const message =
    `The target of region "${later.label}" covers ${Math.round(100 * share)} % of that of region "${earlier.label}": ` +
    "operations are painted in their order, later ones on top; swap them for the other order";
  return { code: "targets-overlap", message };
}

/** Pixels of the later region alone whose targets lie in the earlier target, in units of that target's area: what
 * regions share from the start is painted alike. */
function coveredShare(earlier: Mover, later: Mover): number {
  const inEarlier = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && (data[y * width + x] ?? 0) > 127;
  const back = compose(invert(earlier.affine), later.affine);
  const { width, height, data } = earlier.region;
  let count = 0;
  forEachPixel(later.region, (column, row) => {
    const [x, y] = apply(back, [column + 0.5, row + 0.5]).map(Math.floor) as [number, number]; // two in, two out
    if (inEarlier(x, y) && !inEarlier(column, row)) count++;
  });
  return Math.min(1, (count * Math.abs(determinant(back))) / areaPixels(earlier.region));
}
