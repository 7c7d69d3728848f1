/** How believable a mask is as an object of its own, from the pixels alone. */
import type { Mask, Rgb } from "../raster.ts";
import { boxMean } from "../retouch/box-mean.ts";
import { labOf } from "./lab.ts";

/** Lab difference across an outline that counts as fully distinct. */
const CLEAR_EDGE = 18;

/**
 * 0–1: colours inside differ from those just outside (Bhattacharyya) and the outline lies on edges of the picture.
 * Meant for a picture of at most about 256 px.
 */
export function separationConfidence(picture: Rgb, mask: Mask): number {
  const lab = labOf(picture);
  const ring = ringAround(mask);
  if (!mask.data.some((value) => value > 127) || !ring.some((value) => value > 0)) return 0;
  const apart = 1 - likeness(lab, mask, ring);
  return Math.min(1, 0.15 + 0.85 * Math.sqrt(Math.max(0, apart))) * (0.25 + 0.75 * edgeContrast(lab, mask));
}

/** 1 for pixels outside but near the mask. */
function ringAround(mask: Mask): Uint8Array {
  const radius = Math.max(4, Math.round(Math.max(mask.width, mask.height) * 0.08));
  const near = boxMean(Float32Array.from(mask.data), mask.width, mask.height, 1, radius);
  return mask.data.map((value, i) => (value <= 127 && (near[i] ?? 0) > 0.5 ? 1 : 0));
}

/** Bhattacharyya coefficient of the Lab histograms inside and in the ring: 1 the same colours, 0 none shared. */
function likeness(lab: Float32Array, mask: Mask, ring: Uint8Array): number {
  const [inner, outer] = [new Float64Array(4096), new Float64Array(4096)];
  let [inside, outside] = [0, 0];
  mask.data.forEach((value, i) => {
    if (value > 127) {
      vote(inner, lab, i * 3);
      inside++;
    } else if (ring[i]) {
      vote(outer, lab, i * 3);
      outside++;
    }
  });
  return inner.reduce((sum, n, bin) => sum + Math.sqrt((n / inside) * ((outer[bin] ?? 0) / outside)), 0);
}

/** Bins of 7 L by 14 a by 14 b levels, shared between two bins of L so that their borders do not matter. */
function vote(histogram: Float64Array, lab: Float32Array, i: number): void {
  const bin = (value: number): number => Math.max(0, Math.min(15, Math.floor(value)));
  const chroma = bin((lab[i + 1] ?? 0) / 14 + 8) * 16 + bin((lab[i + 2] ?? 0) / 14 + 8);
  const lightness = (lab[i] ?? 0) / 7;
  const share = lightness - Math.floor(lightness);
  for (const [at, weight] of [
    [bin(lightness), 1 - share],
    [bin(lightness + 1), share],
  ] as const) {
    const k = chroma * 16 + at;
    histogram[k] = (histogram[k] ?? 0) + weight;
  }
}

/** Mean Lab step across the outline (2 px apart on either side), as a share of `CLEAR_EDGE`. */
function edgeContrast(lab: Float32Array, { width, height, data }: Mask): number {
  let [sum, count] = [0, 0];
  const inside = (i: number): boolean => (data[i] ?? 0) > 127;
  for (let y = 1; y < height - 2; y++) {
    for (let x = 1; x < width - 2; x++) {
      const i = y * width + x;
      for (const stride of [1, width]) {
        if (inside(i) === inside(i + stride)) continue;
        sum += Math.min(2 * CLEAR_EDGE, labStep(lab, i - stride, i + 2 * stride));
        count++;
      }
    }
  }
  return count === 0 ? 0 : Math.min(1, sum / count / CLEAR_EDGE);
}

function labStep(lab: Float32Array, i: number, j: number): number {
  const d = (c: number): number => (lab[i * 3 + c] ?? 0) - (lab[j * 3 + c] ?? 0);
  return Math.hypot(d(0), d(1), d(2));
}
