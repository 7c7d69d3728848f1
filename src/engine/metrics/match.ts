/** What both mean distances need: feature vectors of places, their likeness, the best place. */
import type { PixelPoint } from "../drag/paper-regions.ts";
import type { Planes, Size2 } from "../drag/resize.ts";

/** Where a point was and where it should be, in whole pixels with centres at integers. */
export interface DraggedPoint {
  readonly begin: PixelPoint;
  readonly target: PixelPoint;
}

/** Feature vectors one after the other: (places, channels) of (channels, height, width). */
export class Features {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly #data: Float32Array;

  constructor({ channels, height, width, data }: Planes) {
    [this.channels, this.height, this.width] = [channels, height, width];
    const places = height * width;
    this.#data = new Float32Array(data.length);
    for (let c = 0; c < channels; c++) {
      for (let p = 0; p < places; p++) this.#data[p * channels + c] = data[c * places + p] ?? 0;
    }
  }

  at(place: number): Float32Array {
    return this.#data.subarray(place * this.channels, (place + 1) * this.channels);
  }

  /** The vector of pixel (x, y) if the map were enlarged to `size` bilinearly, half-pixel centres, clamped at the edges. */
  sample([height, width]: Size2, x: number, y: number): Float32Array {
    const [row, v] = tap(y, this.height, height);
    const [left, u] = tap(x, this.width, width);
    const [below, right] = [Math.min(row + 1, this.height - 1), Math.min(left + 1, this.width - 1)];
    const [a, b] = [this.at(row * this.width + left), this.at(row * this.width + right)];
    const [c, d] = [this.at(below * this.width + left), this.at(below * this.width + right)];
    const out = new Float32Array(this.channels);
    for (let i = 0; i < out.length; i++) {
      const upper = (1 - u) * (a[i] ?? 0) + u * (b[i] ?? 0);
      out[i] = (1 - v) * upper + v * ((1 - u) * (c[i] ?? 0) + u * (d[i] ?? 0));
    }
    return out;
  }
}

/** First of the two places that output `i` mixes, and the share of the second. */
function tap(i: number, from: number, to: number): [number, number] {
  const position = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
  return [Math.floor(position), position - Math.floor(position)];
}

/** Cosine of the angle between two vectors; 0 where one has no length. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, squareA, squareB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0];
    dot += x * y;
    squareA += x * x;
    squareB += y * y;
  }
  return dot / Math.max(Math.sqrt(squareA * squareB), 1e-12);
}

/** The pixel with the highest score among those that count, the first in row-major order where several are equal. */
export function bestPixel(
  [height, width]: Size2,
  counts: (x: number, y: number) => boolean,
  score: (x: number, y: number) => number,
): PixelPoint {
  let best: PixelPoint = [0, 0];
  let most = Number.NEGATIVE_INFINITY;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!counts(x, y)) continue;
      const value = score(x, y);
      if (value > most) [best, most] = [[x, y], value];
    }
  }
  return best;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
