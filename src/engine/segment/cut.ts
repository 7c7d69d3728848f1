/** What a segmentation found, on the small picture of a view: GrabCut's answer without specks and holes, judged. */
import { areaPixels } from "../geometry/mask.ts";
import type { Mask } from "../raster.ts";
import { fillHoles, keepLargest } from "./components.ts";
import { separationConfidence } from "./confidence.ts";
import { grabCut, type Labels, type View } from "./grabcut.ts";
import type { Cv } from "./opencv.ts";

export interface Cut {
  readonly view: View;
  readonly small: Mask;
  /** 0–1. */
  readonly confidence: number;
}

/** Parts that small against the largest are noise, not a second half of the thing. */
const KEEP_SHARE = 0.2;
const HOLE_SHARE = 0.15;

export function cutFrom(view: View, labels: Labels, cv: Cv): Cut {
  const cut = grabCut(cv, view.small, labels);
  return cleaned(view, cut, keepLargest(cut, KEEP_SHARE));
}

/** `kept` is what remains of `cut`; the more was dropped, the less sure. */
export function cleaned(view: View, cut: Mask, kept: Mask): Cut {
  const pieces = areaPixels(kept) / Math.max(1, areaPixels(cut));
  const small = fillHoles(kept, HOLE_SHARE);
  return { view, small, confidence: separationConfidence(view.small, small) * pieces ** 0.3 };
}
