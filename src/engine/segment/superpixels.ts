/** Superpixels by SLIC (Achanta et al. 2012): k-means of colour and place on a grid of starts. */
import type { Rgb } from "../raster.ts";
import { labOf } from "./lab.ts";

const ITERATIONS = 6;
/** Lab levels that count as much as one grid step of distance. */
const COMPACTNESS = 16;

export interface Superpixels {
  readonly width: number;
  readonly height: number;
  readonly count: number;
  /** Index of each pixel's superpixel. */
  readonly labels: Int32Array;
  /** [count, 5]: L, a, b, x, y (pixel centres). */
  readonly centres: Float32Array;
  /** Pixels of each. */
  readonly sizes: Float32Array;
}

/** About `wanted` superpixels of the picture; some may be empty (size 0). */
export function superpixels(rgb: Rgb, wanted: number): Superpixels {
  const { width, height } = rgb;
  const lab = labOf(rgb);
  const step = Math.sqrt((width * height) / wanted);
  let centres = startingCentres(lab, width, height, step);
  const labels = new Int32Array(width * height);
  let sizes = new Float32Array(centres.length / 5);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    assign(lab, width, height, centres, step, labels);
    ({ centres, sizes } = means(lab, width, labels, centres));
  }
  return { width, height, count: sizes.length, labels, centres, sizes };
}

function startingCentres(lab: Float32Array, width: number, height: number, step: number): Float32Array {
  const [columns, rows] = [Math.max(1, Math.round(width / step)), Math.max(1, Math.round(height / step))];
  const centres = new Float32Array(columns * rows * 5);
  for (let k = 0; k < columns * rows; k++) {
    const x = Math.floor((((k % columns) + 0.5) * width) / columns);
    const y = Math.floor(((Math.floor(k / columns) + 0.5) * height) / rows);
    const i = (y * width + x) * 3;
    centres.set([lab[i] ?? 0, lab[i + 1] ?? 0, lab[i + 2] ?? 0, x + 0.5, y + 0.5], k * 5);
  }
  return centres;
}

function assign(
  lab: Float32Array,
  width: number,
  height: number,
  centres: Float32Array,
  step: number,
  labels: Int32Array,
): void {
  const best = new Float32Array(width * height).fill(Infinity);
  const weight = (COMPACTNESS / step) ** 2;
  for (let k = 0; k < centres.length; k += 5) {
    const [l, a, b, cx, cy] = centres.subarray(k, k + 5) as unknown as [number, number, number, number, number];
    for (let y = Math.max(0, Math.floor(cy - 1.5 * step)); y < Math.min(height, cy + 1.5 * step); y++) {
      for (let x = Math.max(0, Math.floor(cx - 1.5 * step)); x < Math.min(width, cx + 1.5 * step); x++) {
        const i = y * width + x;
        const colour =
          ((lab[i * 3] ?? 0) - l) ** 2 + ((lab[i * 3 + 1] ?? 0) - a) ** 2 + ((lab[i * 3 + 2] ?? 0) - b) ** 2;
        const distance = colour + weight * ((x + 0.5 - cx) ** 2 + (y + 0.5 - cy) ** 2);
        if (distance >= (best[i] ?? 0)) continue;
        best[i] = distance;
        labels[i] = k / 5;
      }
    }
  }
}

function means(lab: Float32Array, width: number, labels: Int32Array, before: Float32Array) {
  const centres = new Float32Array(before.length);
  const sizes = new Float32Array(before.length / 5);
  labels.forEach((label, i) => {
    const values = [lab[i * 3], lab[i * 3 + 1], lab[i * 3 + 2], (i % width) + 0.5, Math.floor(i / width) + 0.5];
    for (let c = 0; c < 5; c++) centres[label * 5 + c] = (centres[label * 5 + c] ?? 0) + (values[c] ?? 0);
    sizes[label] = (sizes[label] ?? 0) + 1;
  });
  for (let k = 0; k < sizes.length; k++) {
    const size = sizes[k] ?? 0;
    for (let c = k * 5; c < k * 5 + 5; c++) centres[c] = size > 0 ? (centres[c] ?? 0) / size : (before[c] ?? 0);
  }
  return { centres, sizes };
}
