/** The one object of a picture, without a hint: contrast to the background, optimised over superpixels, then GrabCut. */
import { areaPixels } from "../geometry/mask.ts";
import type { Mask, Rgb } from "../raster.ts";
import { fitWithin, resizeMask, wholeBox } from "../retouch/resample.ts";
import { backgroundWeights, type Graph, graphOf } from "./background.ts";
import { fillHoles, keepLargest } from "./components.ts";
import { separationConfidence } from "./confidence.ts";
import { enlargeMask } from "./enlarge.ts";
import { grabCut, LABEL, type Labels, viewOf } from "./grabcut.ts";
import type { Cv } from "./opencv.ts";
import { ramp } from "./ramp.ts";
import { shrinkRgb, workingCopy } from "./shrink.ts";
import { type Superpixels, superpixels } from "./superpixels.ts";

const SALIENCY_EDGE = 192;
const SUPERPIXELS = 260;
const SIGMA_PLACE = 0.25;
const SIGMA_SMOOTH = 10;
/** Parts at least this large next to the largest one belong to the object (two shoes, a cup and its saucer). */
const KEEP_SHARE = 0.25;

/** Where the eye goes, 0–255, at most 192 px long. Zhu et al. 2014, Eq. 7–9, with a mild pull to the centre. */
export function saliencyMap(rgb: Rgb): Mask {
  const { width, height } = fitWithin(rgb.width, rgb.height, SALIENCY_EDGE);
  const parts = superpixels(shrinkRgb(rgb, wholeBox(rgb), width, height), SUPERPIXELS);
  const graph = graphOf(parts);
  const background = backgroundWeights(graph);
  const values = optimise(graph, background, normalised(contrast(parts, graph, background)));
  return { width, height, data: Uint8Array.from(parts.labels, (label) => Math.round(255 * (values[label] ?? 0))) };
}

/** Eq. 7: difference to everything that is likely background, nearer ones counting more. */
function contrast(parts: Superpixels, { count, colour }: Graph, background: Float32Array): Float32Array {
  const [w, h] = [parts.width, parts.height];
  const place = (i: number): [number, number] => [
    (parts.centres[i * 5 + 3] ?? 0) / Math.max(w, h),
    (parts.centres[i * 5 + 4] ?? 0) / Math.max(w, h),
  ];
  return Float32Array.from({ length: count }, (_, i) => {
    const [x, y] = place(i);
    let sum = 0;
    for (let j = 0; j < count; j++) {
      const [u, v] = place(j);
      const near = Math.exp(-((x - u) ** 2 + (y - v) ** 2) / (2 * SIGMA_PLACE ** 2));
      sum += near * (colour[i * count + j] ?? 0) * (background[j] ?? 0) * Math.sqrt((parts.sizes[j] ?? 0) / w / h);
    }
    const [cx, cy] = [x - w / 2 / Math.max(w, h), y - h / 2 / Math.max(w, h)];
    return sum * Math.exp(-(cx ** 2 + cy ** 2) / (2 * 0.5 ** 2));
  });
}

/** Eq. 9: values near 0 on the background, near 1 on the contrasting, alike on like neighbours (Gauss–Seidel). */
function optimise({ count, colour, edges }: Graph, background: Float32Array, object: Float32Array): Float32Array {
  const neighbours: { j: number; weight: number }[][] = Array.from({ length: count }, () => []);
  for (const [i, j] of edges) {
    const weight = Math.exp(-((colour[i * count + j] ?? 0) ** 2) / (2 * SIGMA_SMOOTH ** 2)) + 0.1;
    neighbours[i]?.push({ j, weight });
    neighbours[j]?.push({ j: i, weight });
  }
  const values = Float32Array.from(object);
  for (let sweep = 0; sweep < 60; sweep++) {
    neighbours.forEach((list, i) => {
      let [sum, total] = [object[i] ?? 0, (object[i] ?? 0) + 3 * (background[i] ?? 0) + 1e-6];
      for (const { j, weight } of list) {
        sum += weight * (values[j] ?? 0);
        total += weight;
      }
      values[i] = sum / total;
    });
  }
  return normalised(values);
}

function normalised(values: Float32Array): Float32Array {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return values.map((value) => (high > low ? (value - low) / (high - low) : 0));
}

/** Threshold that best splits the histogram in two (Otsu 1979). */
export function otsu(map: Mask): number {
  const histogram = new Float64Array(256);
  for (const value of map.data) histogram[value] = (histogram[value] ?? 0) + 1;
  const total = map.data.length;
  const sumAll = histogram.reduce((sum, n, value) => sum + n * value, 0);
  let [count, sum, best, threshold] = [0, 0, -1, 127];
  for (let t = 0; t < 255; t++) {
    count += histogram[t] ?? 0;
    sum += t * (histogram[t] ?? 0);
    if (count === 0 || count === total) continue;
    const between = count * (total - count) * (sum / count - (sumAll - sum) / (total - count)) ** 2;
    if (between > best) [best, threshold] = [between, t];
  }
  return threshold;
}

/** Labels from a saliency map: the clearest parts are fixed, the rest is for GrabCut to decide. */
export function salientLabels(map: Mask): Labels {
  const split = otsu(map);
  const [sure, never] = [split + (255 - split) * 0.6, split * 0.35];
  const label = (value: number): number => {
    if (value > sure) return LABEL.object;
    if (value > split) return LABEL.probablyObject;
    return value > never ? LABEL.probablyBackground : LABEL.background;
  };
  return { ...map, data: map.data.map(label) };
}

/**
 * The picture's most salient object as a soft mask (binary above 127) and how sure that there is one, 0–1.
 * Below 0.5 the picture has no clear single object (texture, landscape, clutter).
 */
export function segmentSalient(rgb: Rgb, cv: Cv): { mask: Mask; confidence: number } {
  const copy = workingCopy(rgb);
  const view = { ...viewOf(copy, wholeBox(copy)), box: wholeBox(rgb) };
  const map = resizeMask(saliencyMap(copy), view.small.width, view.small.height);
  const cut = grabCut(cv, view.small, salientLabels(map));
  const small = fillHoles(keepLargest(cut, KEEP_SHARE), 0.1);
  return { mask: enlargeMask(rgb, view, small), confidence: salientConfidence(view.small, map, small, cut) };
}

/** Product of what a clear object has: other colours than around it, agreement of both methods, one piece, a sane size. */
function salientConfidence(small: Rgb, map: Mask, mask: Mask, cut: Mask): number {
  const area = areaPixels(mask);
  if (area === 0) return 0;
  const agreement = overlap(map, mask);
  const pieces = area / Math.max(1, areaPixels(cut));
  const share = area / mask.data.length;
  const size = ramp(share, 0.003, 0.02) * ramp(-share, -0.75, -0.5);
  return separationConfidence(small, mask) * (0.4 + 0.6 * agreement) * pieces ** 0.5 * size * (1 - 0.6 * rim(mask));
}

/** Soft intersection over union of the saliency map and the mask. */
function overlap(map: Mask, mask: Mask): number {
  let [both, either] = [0, 0];
  mask.data.forEach((value, i) => {
    const [a, b] = [(map.data[i] ?? 0) / 255, value / 255];
    both += Math.min(a, b);
    either += Math.max(a, b);
  });
  return either === 0 ? 0 : both / either;
}

/** Share of the picture's border that the mask covers. */
function rim({ width, height, data }: Mask): number {
  let count = 0;
  for (let x = 0; x < width; x++) count += inside(data, x) + inside(data, (height - 1) * width + x);
  for (let y = 0; y < height; y++) count += inside(data, y * width) + inside(data, y * width + width - 1);
  return count / (2 * (width + height));
}

const inside = (data: Uint8Array, i: number): number => ((data[i] ?? 0) > 127 ? 1 : 0);
