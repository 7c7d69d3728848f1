/** What "it" means: a region, and all that was done with it so far. */
import type { Box, Point } from "../engine/raster.ts";
import type { SimpleMotion } from "../engine/recipe/schema.ts";
import type { LongAxis } from "../tools/long-axis.ts";
import type { SpokenMotion } from "./local/spoken.ts";

/** A region as `select_region` answered; box and centroid in pixels of the picture. */
export interface Selection {
  readonly regionId: string;
  readonly box: Box;
  readonly centroid: Point;
  /** How it stands, where it is longer than wide. */
  readonly longAxis?: LongAxis | undefined;
}

/**
 * What "it" and "further" mean in the next turn. Follow-ups start again from `imageId` with all motions so far, so that
 * the object's pixels are moved once, however often it is told to move.
 */
export interface Thread {
  readonly imageId: string;
  readonly selection: Selection;
  /** The user chose the region (rather than the salient object): any name may be said for it. */
  readonly chosen: boolean;
  readonly label: string;
  readonly motions: readonly SimpleMotion[];
  /** The same as it was said: for another thing it may come to other pixels. */
  readonly spoken: readonly SpokenMotion[];
  /** A copy moves; the thing itself stays where it was. */
  readonly keepSource?: true;
}
