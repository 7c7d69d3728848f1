/** Whether a join shows: gradients along the edit's borders, and the texture of what was filled. */
import {
  areaPixels,
  boundingBox,
  dilate,
  dilateBy,
  erode,
  erodeBy,
  subtract,
  threshold,
  union,
} from "../geometry/mask.ts";
import type { Mask, Rgb } from "../raster.ts";
import { cropMask, cropRgb, growBox } from "./resample.ts";

/** Added to both sides of every ratio, in levels per pixel: steps below it are invisible. */
const VISIBLE = 2;
const RING = 14;

interface Areas {
  readonly source: Mask;
  readonly target: Mask;
  readonly vacated: Mask;
}

/**
 * Gradient on the borders of target, vacated and editable area relative to the pixels just inside and outside of them;
 * means weighted by length. A thing's outline is no seam: at the target the ratio is taken against the same ratio of the
 * source's outline in `before`, at the editable border against `before` there. 1 is inconspicuous.
 */
export function seamMeter(before: Rgb, areas: Areas & { editable: Mask }): (after: Rgb) => number {
  const editable = threshold(areas.editable, 0);
  const box = boundingBox(union(editable, union(areas.source, areas.target)));
  if (box === null) return () => 1;
  const around = growBox(box, 8, before);
  const belt = (mask: Mask): Belt => beltOf(cropMask(mask, around));
  const [source, target, rim] = [belt(areas.source), belt(areas.target), belt(editable)];
  const free = freeOf(belt(areas.vacated), dilate(cropMask(areas.target, around), 3));
  const was = gradients(cropRgb(before, around));
  const usual = [ratioAt(was, source), ratioAt(was, rim), 1];
  return (after) => {
    const is = gradients(cropRgb(after, around));
    const parts = [target, rim, free].map((part, i) => {
      return { length: part.length, ratio: ratioAt(is, part) / Math.max(1, usual[i] ?? 1) };
    });
    const total = parts.reduce((sum, { length }) => sum + length, 0);
    return total === 0 ? 1 : parts.reduce((sum, { length, ratio }) => sum + length * ratio, 0) / total;
  };
}

/** The vacated area's border where it meets background, not where it meets the moved thing. */
function freeOf(vacated: Belt, target: Mask): Belt {
  const border = subtract(vacated.border, target);
  return { border, sides: subtract(vacated.sides, target), length: areaPixels(border) };
}

/** A mask's border, two pixels wide, and the pixels 3–5 px off on both sides. */
interface Belt {
  readonly border: Mask;
  readonly sides: Mask;
  readonly length: number;
}

const RADII = [1, 2, 5];

function beltOf(mask: Mask): Belt {
  const [grown, shrunk] = [dilateBy(mask, RADII), erodeBy(mask, RADII)];
  const [border, near, far] = grown.map((outer, i) => subtract(outer, shrunk[i] ?? mask)) as [Mask, Mask, Mask]; // of three
  return { border, sides: subtract(far, near), length: areaPixels(border) };
}

function ratioAt(gradient: Float32Array, { border, sides }: Belt): number {
  return (meanAt(gradient, border) + VISIBLE) / (meanAt(gradient, sides) + VISIBLE);
}

/**
 * Mean gradient inside the vacated area (2 px off its border) relative to a ring of background around it. The ring is
 * measured in `before`, away from the thing itself; 1 when nothing was vacated.
 */
export function textureMeter(before: Rgb, { source, target, vacated }: Areas): (after: Rgb) => number {
  const box = boundingBox(vacated);
  if (box === null) return () => 1;
  const around = growBox(box, RING + 4, before);
  const [hole, thing, moved] = [cropMask(vacated, around), cropMask(source, around), cropMask(target, around)];
  const inner = subtract(erode(hole, 2), dilate(moved, 2));
  const ring = subtract(dilate(hole, RING), dilate(union(hole, thing), 3));
  if (areaPixels(inner) === 0 || areaPixels(ring) === 0) return () => 1;
  const usual = meanAt(gradients(cropRgb(before, around)), ring) + 0.25;
  return (after) => (meanAt(gradients(cropRgb(after, around)), inner) + 0.25) / usual;
}

/** Length of the luma gradient per pixel, central differences in levels; 0 on the crop's own edge. */
function gradients({ width, height, data }: Rgb): Float32Array {
  const luma = new Float64Array(width * height);
  for (let i = 0, c = 0; i < luma.length; i++, c += 3) {
    luma[i] = 0.299 * (data[c] as number) + 0.587 * (data[c + 1] as number) + 0.114 * (data[c + 2] as number);
  }
  const out = new Float32Array(width * height);
  for (let y = 1; y < height - 1; y++) {
    for (let i = y * width + 1; i < (y + 1) * width - 1; i++) {
      const across = (luma[i + 1] as number) - (luma[i - 1] as number);
      const down = (luma[i + width] as number) - (luma[i - width] as number);
      out[i] = Math.sqrt(across * across + down * down) / 2;
    }
  }
  return out;
}

function meanAt(values: Float32Array, { data }: Mask): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < data.length; i++) {
    if ((data[i] as number) <= 127) continue;
    sum += values[i] as number; // as many as the mask has pixels
    count++;
  }
  return count === 0 ? 0 : sum / count;
}
