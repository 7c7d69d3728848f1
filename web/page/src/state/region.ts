/** Regions of the shown picture: what the server says of them, and their masks as canvases. */
import { signal } from "@preact/signals";
import type { Box, Point } from "../geometry/affine.ts";

export interface Region {
  readonly regionId: string;
  readonly imageId: string;
  readonly box: Box;
  readonly centroid: Point;
  /** Share of the picture, 0–1. */
  readonly area: number;
  readonly confidence: number;
  readonly warnings: readonly { code: string; message: string }[];
}

/** White where the region is, its alpha the coverage; of the size of the shown picture's view. */
export const masks = signal<ReadonlyMap<string, HTMLCanvasElement>>(new Map());

export function rememberMask(regionId: string, mask: HTMLCanvasElement): void {
  masks.value = new Map(masks.value).set(regionId, mask);
}
