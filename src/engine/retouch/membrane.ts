/** Hiding the join of a copied area: the difference at its rim is spread smoothly over the inside (a membrane, as in
 * Pérez et al. 2003, by push-pull instead of a Poisson solve). */
import type { Mask, Rgb } from "../raster.ts";
import { boxMean } from "./guided-filter.ts";
import { resizePlanes } from "./resample.ts";

/** Larger differences are structure that ends at the rim, not a tone to be matched. */
const MAX_STEP = 24;
/** The membrane is smooth: this size is enough. */
const EDGE = 128;

/** `copied` with its tones bent so that they meet `original` on `rim` (> 127); applied where `hole` is > 127. */
export function matchTones(original: Rgb, copied: Rgb, rim: Mask, hole: Mask): Rgb {
  const { width, height } = original;
  const scale = Math.min(1, EDGE / Math.max(width, height));
  const [w, h] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const small = resizePlanes(rimDifferences(original, copied, rim), width, height, 4, w, h);
  const membrane = resizePlanes(pushPull(small, w, h), w, h, 4, width, height);
  const data = new Uint8Array(copied.data);
  hole.data.forEach((value, i) => {
    if (value <= 127) return;
    for (let c = 0; c < 3; c++) {
      const tone = (copied.data[i * 3 + c] ?? 0) + (membrane[i * 4 + c] ?? 0);
      data[i * 3 + c] = Math.max(0, Math.min(255, Math.round(tone)));
    }
  });
  return { ...copied, data };
}

/** The picture with `hole` (> 127) continued smoothly from all around it. */
export function smoothInto(rgb: Rgb, hole: Mask): Rgb {
  const { width, height } = rgb;
  const scale = Math.min(1, EDGE / Math.max(width, height));
  const [w, h] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const known = new Float32Array(hole.data.length * 4);
  for (let i = 0; i < hole.data.length; i++) {
    if ((hole.data[i] ?? 0) > 127) continue;
    for (let c = 0; c < 3; c++) known[i * 4 + c] = rgb.data[i * 3 + c] ?? 0;
    known[i * 4 + 3] = 1;
  }
  const smooth = resizePlanes(pushPull(resizePlanes(known, width, height, 4, w, h), w, h), w, h, 4, width, height);
  const data = rgb.data.map((value, k) => {
    const i = Math.floor(k / 3);
    return (hole.data[i] ?? 0) > 127 ? Math.max(0, Math.min(255, Math.round(smooth[i * 4 + (k % 3)] ?? 0))) : value;
  });
  return { ...rgb, data };
}

/**
 * `copied` with the low frequencies of `voted` ([h, w, 3], the same picture smaller), applied where `hole` is > 127:
 * neighbouring copies come from places of different brightness, and in a sky the step between them shows.
 */
export function matchLowTones(copied: Rgb, voted: Float32Array, width: number, height: number, hole: Mask): Rgb {
  const small = resizePlanes(copied.data, copied.width, copied.height, 3, width, height);
  const difference = boxMean(
    small.map((value, k) => (voted[k] ?? 0) - value),
    width,
    height,
    3,
    2,
  );
  const correction = resizePlanes(difference, width, height, 3, copied.width, copied.height);
  const data = copied.data.map((value, k) => {
    if ((hole.data[Math.floor(k / 3)] ?? 0) <= 127) return value;
    const step = Math.max(-MAX_STEP, Math.min(MAX_STEP, correction[k] ?? 0));
    return Math.max(0, Math.min(255, Math.round(value + step)));
  });
  return { ...copied, data };
}

/** [H, W, 4]: clipped difference per channel and weight 1 on the rim, 0 elsewhere. */
function rimDifferences(original: Rgb, copied: Rgb, rim: Mask): Float32Array {
  const out = new Float32Array(rim.data.length * 4);
  rim.data.forEach((value, i) => {
    if (value <= 127) return;
    for (let c = 0; c < 3; c++) {
      const step = (original.data[i * 3 + c] ?? 0) - (copied.data[i * 3 + c] ?? 0);
      out[i * 4 + c] = Math.max(-MAX_STEP, Math.min(MAX_STEP, step));
    }
    out[i * 4 + 3] = 1;
  });
  return out;
}

/** Premultiplied [H, W, 4] → the same with every pixel at weight 1: known means are taken from ever smaller pictures. */
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
