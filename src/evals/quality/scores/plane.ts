/** Brightness as floats, and the small filters that the scores share. */
import type { Rgb } from "../../../engine/raster.ts";

export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** Rec. 601 luma, 0–255. */
export function luma({ width, height, data }: Rgb): Plane {
  const out = new Float32Array(width * height);
  for (let i = 0; i < out.length; i++) {
    out[i] = 0.299 * (data[3 * i] ?? 0) + 0.587 * (data[3 * i + 1] ?? 0) + 0.114 * (data[3 * i + 2] ?? 0);
  }
  return { width, height, data: out };
}

/** Gaussian blur, edges repeated. */
export function blur(plane: Plane, sigma: number): Plane {
  const reach = Math.ceil(3 * sigma);
  const raw = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)));
  const sum = raw.reduce((a, b) => a + b, 0);
  const kernel = raw.map((value) => value / sum);
  return pass(pass(plane, kernel, true), kernel, false);
}

function pass({ width, height, data }: Plane, kernel: readonly number[], across: boolean): Plane {
  const out = new Float32Array(data.length);
  const reach = (kernel.length - 1) / 2;
  const [limit, step] = across ? [width - 1, 1] : [height - 1, width];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const here = across ? x : y;
      let sum = 0;
      for (let k = 0; k < kernel.length; k++) {
        const there = Math.min(limit, Math.max(0, here + k - reach));
        sum += (kernel[k] ?? 0) * (data[i + (there - here) * step] ?? 0);
      }
      out[i] = sum;
    }
  }
  return { width, height, data: out };
}

export function product(a: Plane, b: Plane): Plane {
  return { ...a, data: a.data.map((value, i) => value * (b.data[i] ?? 0)) };
}

/** Length of the brightness gradient by Prewitt's masks, in levels per pixel; 0 on the picture's edge. */
export function gradient({ width, height, data }: Plane): Plane {
  const out = new Float32Array(data.length);
  const at = (i: number) => data[i] ?? 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      const [n, s] = [i - width, i + width];
      const gx = at(n + 1) + at(i + 1) + at(s + 1) - at(n - 1) - at(i - 1) - at(s - 1);
      const gy = at(s - 1) + at(s) + at(s + 1) - at(n - 1) - at(n) - at(n + 1);
      out[i] = Math.hypot(gx, gy) / 3;
    }
  }
  return { width, height, data: out };
}

/** Mean over the pixels where the zone is non-zero; undefined where it has none. */
export function meanIn(zone: Uint8Array, value: (i: number) => number): number | undefined {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < zone.length; i++) {
    if (!zone[i]) continue;
    sum += value(i);
    count++;
  }
  return count === 0 ? undefined : sum / count;
}
