/** How wide is what the move uncovered, as the model sees it? A turn in place uncovers slivers along the object's outline. */
import { meanDepth } from "../geometry/mask.ts";
import type { Mask } from "../raster.ts";
import type { ModelView } from "./model-view.ts";

/** Width, in pixels of the model, of a strip whose pixels lie as deep inside as those of `vacated` do on average: crumbs and a ragged
 * border count by their pixels. `vacated` is binary above 127 and in pixels of the view's picture. 0 where nothing is uncovered. */
export function uncoveredWidth(vacated: Mask, { box, width }: Pick<ModelView, "box" | "width">): number {
  return Math.max(0, 4 * (meanDepth(vacated) - 0.5)) * (width / (box[2] - box[0]));
}
