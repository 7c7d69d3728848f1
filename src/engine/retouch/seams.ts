/** Whether a join shows: gradients along the edit's borders, and the texture of what was filled. */
import { areaPixels, boundingBox, dilate, erode, subtract, threshold, union } from "../geometry/mask.ts";
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
export function seamEnergyOf(before: Rgb, after: Rgb, areas: Areas & { editable: Mask }): number {
  const editable = threshold(areas.editable, 0);
  const box = boundingBox(union(editable, union(areas.source, areas.target)));
  if (box === null) return 1;
  const around = growBox(box, 8, before);
  const [was, is] = [gradients(cropRgb(before, around)), gradients(cropRgb(after, around))];
  const belt = (mask: Mask): Belt => beltOf(cropMask(mask, around));
  const [source, target, rim] = [belt(areas.source), belt(areas.target), belt(editable)];
  const parts = [
    { length: target.length, ratio: ratioAt(is, target) / Math.max(1, ratioAt(was, source)) },
    { length: rim.length, ratio: ratioAt(is, rim) / Math.max(1, ratioAt(was, rim)) },
    vacatedPart(is, belt(areas.vacated), dilate(cropMask(areas.target, around), 3)),
  ];
  const total = parts.reduce((sum, { length }) => sum + length, 0);
  return total === 0 ? 1 : parts.reduce((sum, { length, ratio }) => sum + length * ratio, 0) / total;
}

/** The vacated area's border where it meets background, not where it meets the moved thing. */
function vacatedPart(gradient: Float32Array, { border, sides }: Belt, target: Mask): { length: number; ratio: number } {
  const free = { border: subtract(border, target), sides: subtract(sides, target), length: 0 };
  const length = areaPixels(free.border);
  return { length, ratio: length === 0 ? 1 : ratioAt(gradient, free) };
}

/** A mask's border, two pixels wide, and the pixels 3–5 px off on both sides. */
interface Belt {
  readonly border: Mask;
  readonly sides: Mask;
  readonly length: number;
}

function beltOf(mask: Mask): Belt {
  const border = subtract(dilate(mask, 1), erode(mask, 1));
  const sides = subtract(subtract(dilate(mask, 5), erode(mask, 5)), subtract(dilate(mask, 2), erode(mask, 2)));
  return { border, sides, length: areaPixels(border) };
}

function ratioAt(gradient: Float32Array, { border, sides }: Belt): number {
  return (meanAt(gradient, border) + VISIBLE) / (meanAt(gradient, sides) + VISIBLE);
}

/**
 * Mean gradient inside the vacated area (2 px off its border) relative to a ring of background around it. The ring is
 * measured in `before`, away from the thing itself; 1 when nothing was vacated.
 */
export function fillTextureOf(before: Rgb, after: Rgb, { source, target, vacated }: Areas): number {
  const box = boundingBox(vacated);
  if (box === null) return 1;
  const around = growBox(box, RING + 4, before);
  const [hole, thing, moved] = [cropMask(vacated, around), cropMask(source, around), cropMask(target, around)];
  const inner = subtract(erode(hole, 2), dilate(moved, 2));
  const ring = subtract(dilate(hole, RING), dilate(union(hole, thing), 3));
  if (areaPixels(inner) === 0 || areaPixels(ring) === 0) return 1;
  const inside = meanAt(gradients(cropRgb(after, around)), inner);
  return (inside + 0.25) / (meanAt(gradients(cropRgb(before, around)), ring) + 0.25);
}

/** Length of the luma gradient per pixel, central differences in levels; 0 on the crop's own edge. */
function gradients({ width, height, data }: Rgb): Float32Array {
  const luma = (i: number): number =>
    0.299 * (data[i * 3] ?? 0) + 0.587 * (data[i * 3 + 1] ?? 0) + 0.114 * (data[i * 3 + 2] ?? 0);
  const out = new Float32Array(width * height);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      out[i] = Math.hypot(luma(i + 1) - luma(i - 1), luma(i + width) - luma(i - width)) / 2;
    }
  }
  return out;
}

function meanAt(values: Float32Array, mask: Mask): number {
  let [sum, count] = [0, 0];
  mask.data.forEach((inside, i) => {
    if (inside <= 127) return;
    sum += values[i] ?? 0;
    count++;
  });
  return count === 0 ? 0 : sum / count;
}
