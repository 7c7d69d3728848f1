/** What is odd about a selection, in words for the person who made it. */
import type { Warning } from "../api.ts";
import { areaPixels, areaShare, boundingBox } from "../geometry/mask.ts";
import type { Mask } from "../raster.ts";
import { keepLargest } from "./components.ts";
import { workingMask } from "./shrink.ts";

/** What `shapeWarnings` says, and `low-confidence` below one half. */
export function warningsOf(mask: Mask, confidence: number): Warning[] {
  const shape = shapeWarnings(mask);
  if (confidence >= 0.5) return shape;
  const message = `Unsure of the outline (${percent(confidence)}): look at it before moving it.`;
  return [...shape, { code: "low-confidence", message }];
}

/** Warnings `region-fragmented`, `region-touches-border` and `region-small`, as they apply. */
export function shapeWarnings(mask: Mask): Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: string, message: string): void => void warnings.push({ code, message });
  const rough = workingMask(mask);
  const largest = areaPixels(keepLargest(rough, 1)) / Math.max(1, areaPixels(rough));
  if (largest < 0.85)
    warn("region-fragmented", `The selection is in several parts; the largest holds ${percent(largest)}.`);
  if (touchesBorder(mask))
    warn("region-touches-border", "The selection reaches the picture's border: part of the thing may be cut off.");
  if (areaShare(mask) < 0.0005)
    warn("region-small", `The selection covers ${percent(areaShare(mask))} of the picture.`);
  return warnings;
}

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.01 ? 2 : 0)} %`;

function touchesBorder(mask: Mask): boolean {
  const box = boundingBox(mask);
  return box !== null && (box[0] === 0 || box[1] === 0 || box[2] === mask.width || box[3] === mask.height);
}
