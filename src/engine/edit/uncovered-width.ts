/** How wide is what the move uncovered, as the model sees it? A turn in place uncovers slivers along the object's outline. */
import { areaPixels, erode, subtract } from "../geometry/mask.ts";
import type { Mask } from "../raster.ts";
import type { ModelView } from "./model-view.ts";

/** Mean width, area over half the border's length, in pixels of the model; `vacated` is binary above 127 and in pixels of the
 * view's picture. 0 where nothing is uncovered. */
export function uncoveredWidth(vacated: Mask, { box, width }: Pick<ModelView, "box" | "width">): number {
  const border = areaPixels(subtract(vacated, erode(vacated, 1)));
  if (border === 0) return 0;
  return ((2 * areaPixels(vacated)) / border) * (width / (box[2] - box[0]));
}
