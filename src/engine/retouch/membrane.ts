/** Hiding the joins of a copied area: differences that should not be there are known in places and spread smoothly over the
 * rest (a membrane, as in Pérez et al. 2003, by push-pull instead of a Poisson solve). */
import type { Size } from "../geometry/mask.ts";
import type { Mask, Rgb } from "../raster.ts";
import { boxMean } from "./box-mean.ts";
import { betweenCells, type Cells, cellsAlong } from "./lattice-sample.ts";
import { fitWithin, resizePlanes } from "./resample.ts";

/** The membrane is smooth: this size is enough. */
const EDGE = 128;

/** How far tones are matched. */
export interface Matching {
  /** Of the difference, 0–1. */
  readonly share: number;
  /** Low frequencies are corrected by at most so many levels, times `share`. */
  readonly most: number;
  /** Differences are means over (2 · reach + 1)² cells. */
  readonly reach: number;
}

const WHOLLY: Matching = { share: 1, most: 24, reach: 2 };

/**
 * `copied` with the low frequencies of `voted` (the same picture smaller; its first three channels), applied where `hole` is > 127: neighbouring
 * copies come from places of different brightness, and in a sky the step between them shows.
 */
export function matchLowTones(copied: Rgb, voted: Cells, covered: Mask, hole: Mask, matching = WHOLLY): Rgb {
  const { share, most, reach } = matching;
  const { width, height, channels } = voted;
  const sums = new Float32Array(width * height * 4);
  const [columns, rows] = [cellsAlong(copied.width, width), cellsAlong(copied.height, height)];
  for (let y = 0, i = 0; y < copied.height; y++) {
    const row = (rows[y] as number) * width;
    for (let x = 0; x < copied.width; x++, i++) {
      if ((covered.data[i] as number) <= 127) continue;
      const cell = row + (columns[x] as number);
      for (let c = 0; c < 3; c++) {
        const difference = (voted.data[cell * channels + c] as number) - (copied.data[i * 3 + c] as number);
        sums[cell * 4 + c] = (sums[cell * 4 + c] as number) + difference;
      }
      sums[cell * 4 + 3] = (sums[cell * 4 + 3] as number) + 1;
    }
  }
  const smooth = boxMean(sums, width, height, 4, reach);
  for (let i = 0; i < smooth.length; i += 4) {
    const weight = Math.max(1e-6, smooth[i + 3] ?? 0);
    for (let c = i; c < i + 3; c++) smooth[c] = share * Math.max(-most, Math.min(most, (smooth[c] ?? 0) / weight));
  }
  return withTones(copied, { data: smooth, width, height, channels: 4 }, hole);
}

/** The picture with `hole` (> 127) continued smoothly from all around it. */
export function smoothInto(rgb: Rgb, hole: Mask): Rgb {
  const { width, height } = fitWithin(rgb.width, rgb.height, EDGE);
  const known = new Float32Array(width * height * 4);
  for (let y = 0, i = 0; y < rgb.height; y++) {
    for (let x = 0; x < rgb.width; x++, i++) {
      if ((hole.data[i] ?? 0) > 127) continue;
      const at = cellOf(x, y, rgb, { width, height }) * 4;
      for (let c = 0; c < 3; c++) known[at + c] = (known[at + c] ?? 0) + (rgb.data[i * 3 + c] ?? 0);
      known[at + 3] = (known[at + 3] ?? 0) + 1;
    }
  }
  const dark = { ...rgb, data: rgb.data.map((value, k) => ((hole.data[Math.floor(k / 3)] ?? 0) > 127 ? 0 : value)) };
  return withTones(dark, spread(known, { width, height }), hole);
}

/** The means of sums and counts per cell, known everywhere. */
function spread(sums: Float32Array, { width, height }: Size): Cells {
  for (let i = 0; i < sums.length; i += 4) {
    const count = sums[i + 3] ?? 0;
    if (count > 0) for (let c = i; c < i + 4; c++) sums[c] = (sums[c] ?? 0) / count;
  }
  return { data: pushPull(sums, width, height), width, height, channels: 4 };
}

/** `rgb` with the field's first three channels added in the hole. */
export function withTones(rgb: Rgb, { data: tones, channels, ...cells }: Cells, hole: Mask): Rgb {
  const data = new Uint8Array(rgb.data);
  const [columns, rows] = [betweenCells(rgb.width, cells.width), betweenCells(rgb.height, cells.height)];
  for (let y = 0, i = 0; y < rgb.height; y++) {
    const above = (rows.cell[y] as number) * cells.width;
    const below = (rows.next[y] as number) * cells.width;
    const down = rows.share[y] as number;
    for (let x = 0; x < rgb.width; x++, i++) {
      if ((hole.data[i] as number) <= 127) continue;
      const [left, right, across] = [columns.cell[x] as number, columns.next[x] as number, columns.share[x] as number];
      for (let c = 0; c < 3; c++) {
        const a = (tones[(above + left) * channels + c] as number) * (1 - across);
        const top = a + (tones[(above + right) * channels + c] as number) * across;
        const b = (tones[(below + left) * channels + c] as number) * (1 - across);
        const bottom = b + (tones[(below + right) * channels + c] as number) * across;
        const value = (data[i * 3 + c] as number) + Math.fround(top * (1 - down) + bottom * down);
        data[i * 3 + c] = Math.max(0, Math.min(255, Math.round(value)));
      }
    }
  }
  return { ...rgb, data };
}

/** In rows; `visit` gets the pixel's index, x and y. */
export function forEachPixelOf({ width, height, data }: Mask, visit: (i: number, x: number, y: number) => void): void {
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) if ((data[i] ?? 0) > 127) visit(i, x, y);
  }
}

/** Index of the cell that the pixel lies in. */
export function cellOf(x: number, y: number, picture: Size, cells: Size): number {
  const u = Math.floor(((x + 0.5) * cells.width) / picture.width);
  return Math.floor(((y + 0.5) * cells.height) / picture.height) * cells.width + u;
}

/**
 * Sums with their weight, [H, W, 4] → means with weight 1 everywhere: where little is known they are taken from ever
 * smaller pictures.
 */
export function pushPull(data: Float32Array, width: number, height: number): Float32Array {
  const out = new Float32Array(data.length);
  const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const above =
    width * height <= 4
      ? meanEverywhere(data, width, height)
      : resizePlanes(pushPull(resizePlanes(data, width, height, 4, w, h), w, h), w, h, 4, width, height);
  for (let i = 0; i < data.length; i += 4) {
    const known = Math.min(1, 4 * (data[i + 3] ?? 0));
    const share = known / Math.max(1e-6, data[i + 3] ?? 0);
    for (let c = i; c < i + 3; c++) out[c] = share * (data[c] ?? 0) + (1 - known) * (above[c] ?? 0);
    out[i + 3] = 1;
  }
  return out;
}

function meanEverywhere(data: Float32Array, width: number, height: number): Float32Array {
  const sums = [0, 0, 0, 1e-6];
  data.forEach((value, k) => {
    sums[k % 4] = (sums[k % 4] ?? 0) + value;
  });
  return Float32Array.from({ length: width * height * 4 }, (_, k) => (sums[k % 4] ?? 0) / (sums[3] ?? 1));
}
