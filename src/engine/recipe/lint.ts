/** Faults of a recipe that show before any heavy work: what cannot succeed is refused, what is doubtful is said. */
import { EditError } from "../../errors.ts";
import type { Warning } from "../api.ts";
import { apply, determinant } from "../geometry/affine.ts";
import { maskHull } from "../geometry/hull.ts";
import { areaPixels, areaShare, forEachPixel, type Size } from "../geometry/mask.ts";
import type { Affine, Mask, Point } from "../raster.ts";
import { opposingWarning } from "./opposing.ts";
import { overlapWarning } from "./overlap.ts";

/** One operation as drawn: the region before it is grown, with its centroid and its whole motion. */
export interface LintOperation {
  label: string;
  region: Mask;
  centroid: Point;
  affine: Affine;
}

const TINY_SHARE = 0.0005;
const LARGE_SHARE = 0.95;
/** Share of the moved region that may leave the picture before the edit is refused. */
const OUTSIDE_SHARE = 0.5;
/** Motions that move no pixel by this many pixels show nothing. */
const TINY_MOTION = 0.5;

/**
 * Checks drawn regions and their motions. `dilate` is by how many pixels the regions will be grown.
 * @throws EditError `region-too-large`, `target-outside`, `region-empty` (a scale that leaves less than one pixel).
 */
export function lintOperations(operations: readonly LintOperation[], dilate: number): Warning[] {
  const alone = operations.flatMap((operation) => lintOperation(operation));
  const pairs = operations.flatMap((first, i) =>
    operations.slice(i + 1).flatMap((second) => [opposingWarning(first, second), overlapWarning(first, second)]),
  );
  return [...alone, ...pairs.filter((warning) => warning !== undefined), ...grownWarnings(dilate)];
}

function lintOperation(operation: LintOperation): Warning[] {
  refuseVanishing(operation);
  return [...sizeWarnings(operation), ...targetWarnings(operation), ...motionWarnings(operation)];
}

function sizeWarnings({ label, region }: LintOperation): Warning[] {
  const share = areaShare(region);
  if (share > LARGE_SHARE) {
    throw new EditError(
      "region-too-large",
      `Expected region "${label}" to cover at most ${percent(LARGE_SHARE)} of the picture, got ${percent(share)}`,
      { hint: "Draw only what should move: the rest is what it moves against." },
    );
  }
  if (share >= TINY_SHARE) return [];
  const message = `Region "${label}" covers only ${percent(share)} of the picture; regions under ${percent(TINY_SHARE)} hardly steer the model`;
  return [{ code: "region-tiny", message }];
}

function targetWarnings({ label, region, centroid, affine }: LintOperation): Warning[] {
  const target = apply(affine, centroid);
  const share = outsideShare(region, affine);
  if (share > OUTSIDE_SHARE || !isInside(target, region)) {
    throw new EditError(
      "target-outside",
      `Expected region "${label}" to stay in the ${region.width}x${region.height} picture, ` +
        `got its centroid at ${place(target)} with ${percent(share)} of it outside`,
      { hint: "Move it less far, or turn it about a nearer point." },
    );
  }
  if (share === 0) return [];
  return [
    { code: "target-clipped", message: `${percent(share)} of region "${label}" leaves the picture and is cut off` },
  ];
}

/** Share of the region's pixels whose centres land outside the picture: exact for any affine, as areas scale alike. */
function outsideShare(region: Mask, affine: Affine): number {
  const [a, b, c, d, e, f] = affine;
  const { width, height } = region;
  let [total, outside] = [0, 0];
  forEachPixel(region, (column, row) => {
    const x = a * (column + 0.5) + b * (row + 0.5) + c;
    const y = d * (column + 0.5) + e * (row + 0.5) + f;
    total++;
    if (!(x >= 0 && y >= 0 && x < width && y < height)) outside++; // not even where they are no numbers
  });
  return outside / total;
}

/** False for NaN, which absurdly large coordinates end in. */
function isInside([x, y]: Point, { width, height }: Size): boolean {
  return x >= 0 && y >= 0 && x < width && y < height;
}

function motionWarnings({ label, region, affine }: LintOperation): Warning[] {
  // The displacement of an affine map is convex, so the hull's corners hold its maximum.
  const largest = Math.max(...maskHull(region).map((point) => distance(point, apply(affine, point))));
  if (largest >= TINY_MOTION) return [];
  const message = `The motion of region "${label}" moves no pixel by more than ${largest.toFixed(2)} px, so nothing will show`;
  return [{ code: "motion-tiny", message }];
}

function refuseVanishing({ label, region, affine }: LintOperation): void {
  const area = areaPixels(region) * Math.abs(determinant(affine));
  if (area >= 1 && Number.isFinite(1 / determinant(affine))) return;
  throw new EditError(
    "region-empty",
    `Expected region "${label}" to keep at least one pixel when moved, got ${area.toPrecision(2)}`,
    {
      hint: "Use a scale factor nearer to 1.",
    },
  );
}

function grownWarnings(dilate: number): Warning[] {
  if (dilate <= 0) return [];
  const message = `Regions were grown by ${dilate} px on every side, because undersized ones leave the object's rim behind`;
  return [{ code: "region-grown", message }];
}

function distance([ax, ay]: Point, [bx, by]: Point): number {
  return Math.hypot(ax - bx, ay - by);
}

function percent(share: number): string {
  const value = share * 100;
  return `${value < 1 ? Number(value.toPrecision(2)) : Math.round(value)} %`;
}

function place([x, y]: Point): string {
  return `(${x.toFixed(1)}, ${y.toFixed(1)})`;
}
