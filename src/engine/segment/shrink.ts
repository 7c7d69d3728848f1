/** Small copies of large pictures: a plain average first, so that no full-size picture of floats is ever made. */
import type { Size } from "../geometry/mask.ts";
import type { Box, Mask, Rgb } from "../raster.ts";
import { cropMask, cropRgb, fitWithin, resizeMask, resizeRgb, wholeBox } from "../retouch/resample.ts";

/** Pictures with no edge above this are resampled as they are. */
const DIRECT_EDGE = 2048;
/** Longest edge after averaging: several times what any caller wants, so that the average does not show. */
const AVERAGED_EDGE = 1024;

/** The part of the picture inside `box` (whole-pixel corners) at another, usually smaller size. */
export function shrinkRgb(rgb: Rgb, box: Box, width: number, height: number): Rgb {
  const near = averagedSize(box);
  const crop = near ? { ...near, data: averaged(rgb.data, rgb.width, box, 3, near) } : cropRgb(rgb, box);
  return resizeRgb(crop, width, height);
}

export function shrinkMask(mask: Mask, box: Box, width: number, height: number): Mask {
  const near = averagedSize(box);
  const crop = near ? { ...near, data: averaged(mask.data, mask.width, box, 1, near) } : cropMask(mask, box);
  return resizeMask(crop, width, height);
}

/** The picture itself where it is small, else a copy whose longest edge is 1024. */
export function workingCopy(rgb: Rgb): Rgb {
  const box = wholeBox(rgb);
  const near = averagedSize(box);
  return near ? { ...near, data: averaged(rgb.data, rgb.width, box, 3, near) } : rgb;
}

/** As `workingCopy`. */
export function workingMask(mask: Mask): Mask {
  const box = wholeBox(mask);
  const near = averagedSize(box);
  return near ? { ...near, data: averaged(mask.data, mask.width, box, 1, near) } : mask;
}

function averagedSize([x0, y0, x1, y1]: Box): Size | undefined {
  const large = Math.max(x1 - x0, y1 - y0) > DIRECT_EDGE;
  return large ? fitWithin(x1 - x0, y1 - y0, AVERAGED_EDGE) : undefined;
}

/** Mean of the whole pixels of each cell; a cell's edges are rounded to pixels. One row of sums at a time. */
function averaged(data: Uint8Array, stride: number, box: Box, channels: 1 | 3, size: Size): Uint8Array {
  const columns = cellEdges(box[0], box[2], size.width);
  const rows = cellEdges(box[1], box[3], size.height);
  const out = new Uint8Array(size.width * size.height * channels);
  const sums = new Uint32Array(size.width * channels);
  for (let t = 0; t < size.height; t++) {
    const [y0, y1] = [rows[t] ?? 0, rows[t + 1] ?? 0];
    sums.fill(0);
    for (let y = y0; y < y1; y++) addRow(sums, data, y * stride * channels, columns, channels);
    writeRow(out, t * sums.length, sums, columns, channels, y1 - y0);
  }
  return out;
}

function cellEdges(from: number, to: number, count: number): Int32Array {
  return Int32Array.from({ length: count + 1 }, (_, t) => from + Math.round((t * (to - from)) / count));
}

/** Three channels and one are written out: a loop over channels inside takes several times as long. */
function addRow(sums: Uint32Array, data: Uint8Array, row: number, columns: Int32Array, channels: 1 | 3): void {
  let i = row + (columns[0] ?? 0) * channels;
  for (let cell = 0; cell + 1 < columns.length; cell++) {
    const end = row + (columns[cell + 1] ?? 0) * channels;
    if (channels === 1) for (; i < end; i++) sums[cell] = (sums[cell] ?? 0) + (data[i] ?? 0);
    else i = addThree(sums, cell * 3, data, i, end);
  }
}

function addThree(sums: Uint32Array, k: number, data: Uint8Array, start: number, end: number): number {
  let [r, g, b, i] = [0, 0, 0, start];
  for (; i < end; i += 3) {
    r += data[i] ?? 0;
    g += data[i + 1] ?? 0;
    b += data[i + 2] ?? 0;
  }
  sums[k] = (sums[k] ?? 0) + r;
  sums[k + 1] = (sums[k + 1] ?? 0) + g;
  sums[k + 2] = (sums[k + 2] ?? 0) + b;
  return i;
}

function writeRow(out: Uint8Array, at: number, sums: Uint32Array, columns: Int32Array, channels: number, rows: number) {
  for (let k = 0; k < sums.length; k++) {
    const cell = Math.floor(k / channels);
    out[at + k] = Math.round((sums[k] ?? 0) / ((columns[cell + 1] ?? 0) - (columns[cell] ?? 0)) / rows);
  }
}
