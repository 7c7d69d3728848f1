/** From the coordinate conventions that models speak to pixels. */
import type { z } from "zod";
import type { Point } from "../engine/raster.ts";
import type { coordSpaceInput } from "./schemas.ts";

export type CoordSpace = z.infer<typeof coordSpaceInput>;

/** Parts of width and height: 0–1000, or 0–1. */
const UNITS = { norm1000: 1000, norm1: 1 } as const;

/** Reads a point [x, y] of the convention as pixels of a picture of that size; default pixel. */
export function placing(
  space: CoordSpace | undefined,
  { width, height }: { readonly width: number; readonly height: number },
): (point: readonly number[]) => [number, number] {
  if (space === undefined || space === "pixel") return ([x = 0, y = 0]) => [x, y];
  const unit = UNITS[space];
  return ([x = 0, y = 0]) => [tidy((x * width) / unit), tidy((y * height) / unit)];
}

/** Hundredths of a pixel: 0.1 · 3 in floating point is of no use to a reader. */
export function tidy(value: number): number {
  return Math.round(value * 100) / 100;
}

/** For answers: plain numbers, hundredths of a pixel. */
export function tidied(point: Point | readonly number[]): number[] {
  return point.map(tidy);
}
