/** Where an edit may change pixels. */
import type { Warning } from "../api.ts";
import { maskHull, minAreaRect } from "../geometry/hull.ts";
import { boundingBox, coveredShare, dilate, emptyMask, feather, threshold, union, warpMask } from "../geometry/mask.ts";
import { polygonMask } from "../geometry/polygon.ts";
import type { Affine, Box, Mask } from "../raster.ts";

/** What one operation touches: its region as drawn and grown, and the grown region's target. */
export interface Footprint {
  label: string;
  region: Mask;
  affine: Affine;
  grown: Mask;
  target: Mask;
  /** Pixels that surroundings need to follow a bend, beyond the margin; 0 for what is cut out. */
  room: number;
}

export interface EditableArea {
  /** 0 = untouched; a ramp inside the border, so that non-zero is exactly `editableHard`. */
  editable: Mask;
  /** 0 or 255. */
  editableHard: Mask;
  /** Integers, half-open. */
  box: Box;
}

/** The feathered area with its box. `featherRadius` in pixels. */
export function editableArea(hard: Mask, featherRadius: number): EditableArea {
  const box = boundingBox(hard);
  if (box === null) throw new TypeError("Expected an editable area of at least one pixel, got none");
  return { editable: feather(hard, featherRadius), editableHard: hard, box };
}

/**
 * The union over operations of the smallest rotated rectangle around source and target (DragFlow D.2), widened by
 * `margin` pixels, where the feather's ramp lies, and before it by the room that a bend needs: in the bare rectangle the
 * region would touch the border, where nothing moves, and tear instead of bending.
 */
export function automaticArea(footprints: readonly Footprint[], margin: number): Mask {
  const areas = footprints.map(({ grown, target, room }) => {
    return dilate(enclosingRectangle(union(grown, target)), margin + room);
  });
  const first = areas[0];
  if (!first) throw new TypeError("Expected at least one operation, got none");
  return areas.slice(1).reduce(union, first);
}

function enclosingRectangle(mask: Mask): Mask {
  const hull = maskHull(mask);
  return hull.length === 0 ? emptyMask(mask) : polygonMask(minAreaRect(hull), mask);
}

/** Share of a region that a chosen area may miss unnoticed: interpolation moves the border by a fraction of a pixel. */
const UNNOTICED = 0.01;

/** Warns where a chosen area leaves out part of what should leave its place or of where it should arrive. */
export function missWarnings(hard: Mask, footprints: readonly Footprint[]): Warning[] {
  return footprints.flatMap(({ label, region, affine }) => [
    ...missWarning(hard, region, `region "${label}"`),
    ...missWarning(hard, threshold(warpMask(region, affine, region)), `the target of region "${label}"`),
  ]);
}

function missWarning(hard: Mask, part: Mask, name: string): Warning[] {
  const missed = 1 - coveredShare(part, hard);
  if (missed <= UNNOTICED) return [];
  const message = `The editable area leaves out ${Math.round(missed * 100)} % of ${name}, which cannot change there`;
  return [{ code: "editable-misses-region", message }];
}
