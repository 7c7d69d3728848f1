/** Where the pixels of the stored picture lie once it is turned as its EXIF orientation says. */
import type { Frame } from "./jpeg.ts";

/** Index of the turned picture's pixel that shows the stored pixel [x, y]: `start + x · right + y · down`. */
export interface Placement {
  readonly start: number;
  readonly right: number;
  readonly down: number;
}

/** `orientation` 1–8 (TIFF 6.0, tag 274); anything else counts as 1. */
export function placementOf(orientation: number, { width: w, height: h }: Pick<Frame, "width" | "height">): Placement {
  switch (orientation) {
    case 2:
      return { start: w - 1, right: -1, down: w };
    case 3:
      return { start: w * h - 1, right: -1, down: -w };
    case 4:
      return { start: w * (h - 1), right: 1, down: -w };
    case 5:
      return { start: 0, right: h, down: 1 };
    case 6:
      return { start: h - 1, right: h, down: -1 };
    case 7:
      return { start: w * h - 1, right: -h, down: -1 };
    case 8:
      return { start: h * (w - 1), right: -h, down: 1 };
    default:
      return { start: 0, right: 1, down: w };
  }
}
