/** Growing, shrinking and feathering by the exact Euclidean distance transform (Felzenszwalb & Huttenlocher 2012), in
 * time linear in the pixels of the mask's box. Distances run between pixel centres. */
import type { Box, Mask } from "../raster.ts";
import { boundingBox, emptyMask, type Size, threshold } from "./coverage.ts";

/** Above every squared distance in a picture of up to 32 767 pixels a side. */
const FAR = 2 ** 31 - 1;

/** Adds every pixel within `radius` pixels of the mask. */
export function dilate(mask: Mask, radius: number): Mask {
  return dilateBy(mask, [radius])[0] ?? threshold(mask);
}

/** Removes every pixel within `radius` pixels of one outside the mask. What lies beyond the picture removes nothing. */
export function erode(mask: Mask, radius: number): Mask {
  return erodeBy(mask, [radius])[0] ?? threshold(mask);
}

/** `dilate` by each of the radii, for the price of the largest. */
export function dilateBy(mask: Mask, radii: readonly number[]): Mask[] {
  const reach = Math.max(...radii);
  return split(mask, radii, paddedBox(mask, Math.ceil(reach)), { toInside: true, reach });
}

/** `erode` by each of the radii, for the price of the largest. */
export function erodeBy(mask: Mask, radii: readonly number[]): Mask[] {
  return split(mask, radii, paddedBox(mask, 1), { toInside: false, reach: Math.max(...radii) });
}

/** Inside the window 255 on the mask's side of each radius; the mask itself for radii that are not positive. */
function split(mask: Mask, radii: readonly number[], window: Box | null, seeds: Seeds): Mask[] {
  if (window === null || seeds.reach <= 0) return radii.map(() => threshold(mask));
  const squared = windowDistances(mask, window, seeds);
  const [near, far] = seeds.toInside ? [255, 0] : [0, 255];
  return radii.map((radius) => {
    if (radius <= 0) return threshold(mask);
    const values = new Uint8Array(squared.length);
    for (let i = 0; i < values.length; i++) values[i] = (squared[i] as number) <= radius * radius ? near : far;
    return placed(values, window, mask);
  });
}

/**
 * A ramp strictly inside the mask: 0 outside, at least 1 in every pixel of it, 255 from `radius` pixels (≥ 1) inside on,
 * smoothstep between. The picture's own edge is no border: the ramp does not fall towards it.
 */
export function feather(mask: Mask, radius: number): Mask {
  const window = paddedBox(mask, 1);
  if (window === null || radius <= 1) return threshold(mask);
  const squared = windowDistances(mask, window, { toInside: false, reach: radius });
  const values = new Uint8Array(squared.length);
  for (let i = 0; i < values.length; i++) {
    const found = squared[i] as number; // as long as `values`
    if (found === 0) continue;
    const t = Math.min(1, Math.sqrt(found) / radius);
    values[i] = Math.max(1, Math.round(255 * t * t * (3 - 2 * t)));
  }
  return placed(values, window, mask);
}

/** Mean distance in pixels of the mask's pixels to the nearest one outside it: a quarter of its width and half a pixel in a
 * long strip. 0 of an empty mask; beyond the picture nothing is outside. */
export function meanDepth(mask: Mask): number {
  const window = paddedBox(mask, 1);
  if (window === null) return 0;
  const squared = windowDistances(mask, window, { toInside: false, reach: Math.max(mask.width, mask.height) });
  let [total, count] = [0, 0];
  for (const found of squared) {
    if (found === 0) continue;
    total += Math.sqrt(found);
    count++;
  }
  return total / count;
}

/** Distance in pixels of every pixel to the nearest one inside the mask; Infinity where the mask is empty. */
export function distancesTo(mask: Mask): Float32Array {
  const { width, height } = mask;
  const gaps = columnGaps(mask, [0, 0, width, height], { toInside: true, reach: height });
  const out = new Float32Array(width * height);
  const envelope = new Envelope(width);
  for (let y = 0; y < height; y++) {
    const squared = envelope.distances(gaps.subarray(y * width, (y + 1) * width));
    for (let x = 0, i = y * width; x < width; x++, i++) {
      const found = squared[x] ?? FAR;
      out[i] = found === FAR ? Number.POSITIVE_INFINITY : Math.sqrt(found);
    }
  }
  return out;
}

/** A window padded by at least one pixel holds, for each pixel of the mask, a nearest pixel outside it. */
function paddedBox(mask: Mask, pad: number): Box | null {
  const box = boundingBox(mask);
  if (box === null) return null;
  const [x0, y0, x1, y1] = box;
  return [
    Math.max(0, x0 - pad),
    Math.max(0, y0 - pad),
    Math.min(mask.width, x1 + pad),
    Math.min(mask.height, y1 + pad),
  ];
}

interface Seeds {
  /** Distances run to the nearest pixel inside the mask, else to the nearest outside it. */
  readonly toInside: boolean;
  /** Distances above it may come out larger than they are: far from every seed nothing is computed. */
  readonly reach: number;
}

/** Squared distances to the nearest seed, row by row of the window. */
function windowDistances(mask: Mask, window: Box, seeds: Seeds): Int32Array {
  const width = window[2] - window[0];
  const out = columnGaps(mask, window, seeds);
  const envelope = new Envelope(width);
  for (let start = 0; start < out.length; start += width) {
    const row = out.subarray(start, start + width);
    row.set(envelope.distances(row));
  }
  return out;
}

/** The window's values in a mask of the given size, 0 elsewhere. */
function placed(values: Uint8Array, [x0, y0, x1, y1]: Box, size: Size): Mask {
  const out = emptyMask(size);
  const width = x1 - x0;
  for (let y = y0, from = 0; y < y1; y++, from += width) {
    out.data.set(values.subarray(from, from + width), y * size.width + x0);
  }
  return out;
}

/** Vertical distance of each window pixel to the nearest seed in its column, FAR beyond the reach. The window lies inside
 * the mask, so that no index leaves its array. */
function columnGaps(mask: Mask, [x0, y0, x1, y1]: Box, { toInside, reach }: Seeds): Int32Array {
  const [width, height] = [x1 - x0, y1 - y0];
  const gaps = new Int32Array(width * height).fill(FAR);
  for (let y = 0, i = 0; y < height; y++) {
    const start = (y0 + y) * mask.width + x0;
    for (let x = 0; x < width; x++, i++) {
      if ((mask.data[start + x] as number) > 127 === toInside) gaps[i] = 0;
      else if (y > 0) gaps[i] = oneMore(gaps[i - width] as number, reach);
    }
  }
  for (let i = width * (height - 1) - 1; i >= 0; i--) {
    const below = oneMore(gaps[i + width] as number, reach);
    if (below < (gaps[i] as number)) gaps[i] = below;
  }
  return gaps;
}

function oneMore(gap: number, reach: number): number {
  return gap >= reach ? FAR : gap + 1;
}

/** Lower envelope of the parabolas (x − q)² + gap(q)², one row at a time with its buffers kept between rows. */
class Envelope {
  readonly #apex: Int32Array;
  readonly #from: Float64Array;
  readonly #out: Int32Array;

  constructor(width: number) {
    this.#apex = new Int32Array(width);
    this.#from = new Float64Array(width);
    this.#out = new Int32Array(width);
  }

  /** Squared distances of the row's pixels; valid until the next call. */
  distances(gaps: Int32Array): Int32Array {
    const count = this.#build(gaps);
    const [apex, starts, out] = [this.#apex, this.#from, this.#out];
    if (count === 0) return out.fill(FAR);
    for (let x = 0, k = 0; x < gaps.length; x++) {
      while (k + 1 < count && (starts[k + 1] as number) <= x) k++;
      const q = apex[k] as number; // one of the row's pixels
      const gap = gaps[q] as number;
      out[x] = (x - q) * (x - q) + gap * gap;
    }
    return out;
  }

  /** Invariant: parabola k is the lowest from #from[k] to #from[k + 1]. */
  #build(gaps: Int32Array): number {
    const [apex, starts] = [this.#apex, this.#from];
    let count = 0;
    for (let q = 0; q < gaps.length; q++) {
      if (gaps[q] === FAR) continue;
      let from = Number.NEGATIVE_INFINITY;
      while (count > 0) {
        from = crossing(apex[count - 1] as number, q, gaps);
        if (from > (starts[count - 1] as number)) break;
        count--;
        from = Number.NEGATIVE_INFINITY;
      }
      apex[count] = q;
      starts[count++] = from;
    }
    return count;
  }
}

/** Where the parabola of `q` passes under that of `p` (p < q). */
function crossing(p: number, q: number, gaps: Int32Array): number {
  const [low, high] = [gaps[p] as number, gaps[q] as number]; // both of the row
  return (high * high + q * q - low * low - p * p) / (2 * (q - p));
}
