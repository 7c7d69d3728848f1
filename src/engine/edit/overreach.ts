/** Does a model redraw ground that is calmer than its changes? On even ground the fill is nearly right, and what the model
 * would do to it is mostly its own error. */
import { areaPixels, dilate, type Size, subtract, union } from "../geometry/mask.ts";
import { resizeMask, resizeRgb } from "../image/resample.ts";
import type { Mask, Rgb } from "../raster.ts";
import { boxMean } from "../retouch/box-mean.ts";

export interface OverreachRequest {
  readonly preview: Rgb;
  /** The model's picture, equal to the preview where it changed nothing. */
  readonly after: Rgb;
  /** What the move uncovered, of the pictures' size. */
  readonly vacated: Mask;
  /** Where the object lay and lies: not ground. */
  readonly object: Mask;
  /** How much of the model's change was taken over, 0–1. */
  readonly share: number;
}

/** Both pictures are looked at with no more pixels than this. */
const PIXELS = 5e5;
/** Shares of the object's area that count as nothing: a matte's border uncovers a few pixels always. */
const LITTLE = 0.01;
/** The ground: a ring around the uncovered area from 3 to 16 pixels away … */
const RING = [3, 16] as const;
/** … whose variation is what a mean over this radius takes away. */
const RADIUS = 8;

/**
 * The model's own change of the uncovered area (root mean square, before `share`) over the variation of the ground around
 * it. Above 1 the model says more than the ground does; infinite where nothing is uncovered, undefined where no ground shows.
 */
export async function overreachOf(request: OverreachRequest): Promise<number | undefined> {
  const { preview, after, vacated, object } = await reduced(request);
  if (areaPixels(vacated) <= LITTLE * areaPixels(object)) return Number.POSITIVE_INFINITY;
  const ground = subtract(dilate(vacated, RING[1]), union(dilate(vacated, RING[0]), dilate(object, 2)));
  const smooth = boxMean(new Float32Array(preview.data), preview.width, preview.height, 3, RADIUS);
  const change = rootMeanSquare(vacated, (k) => (after.data[k] ?? 0) - (preview.data[k] ?? 0));
  const variation = rootMeanSquare(ground, (k) => (preview.data[k] ?? 0) - (smooth[k] ?? 0));
  if (change === undefined || variation === undefined) return undefined;
  return change / Math.max(request.share, 1e-3) / Math.max(variation, 0.5);
}

async function reduced(request: OverreachRequest): Promise<Omit<OverreachRequest, "share">> {
  const { width, height } = request.preview;
  const scale = Math.sqrt(PIXELS / (width * height));
  if (scale >= 1) return request;
  const size: Size = { width: Math.round(width * scale), height: Math.round(height * scale) };
  const [preview, after, vacated, object] = await Promise.all([
    resizeRgb(request.preview, size.width, size.height),
    resizeRgb(request.after, size.width, size.height),
    resizeMask(request.vacated, size.width, size.height),
    resizeMask(request.object, size.width, size.height),
  ]);
  return { preview, after, vacated, object };
}

/** Of a value per pixel and channel; undefined where the mask is empty. */
function rootMeanSquare({ data }: Mask, value: (index: number) => number): number | undefined {
  let [sum, count] = [0, 0];
  for (let i = 0; i < data.length; i++) {
    if ((data[i] ?? 0) <= 127) continue;
    count += 3;
    for (let k = 3 * i; k < 3 * i + 3; k++) sum += value(k) ** 2;
  }
  return count === 0 ? undefined : Math.sqrt(sum / count);
}
