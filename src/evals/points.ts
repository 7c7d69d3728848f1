/** A point of a data set, in continuous pixels of the picture: where it is and where it goes. */
import type { Point } from "../engine/raster.ts";

export interface DragPoint {
  readonly handle: Point;
  readonly target: Point;
}
