/** A small mask brought to the size of the photo by a guided filter, which is evaluated only near the mask's border. */
import { emptyMask } from "../geometry/mask.ts";
import type { Mask, Rgb } from "../raster.ts";
import { boxMean } from "../retouch/box-mean.ts";
import { guidedCoefficients } from "../retouch/guided-filter.ts";
import type { View } from "./grabcut.ts";

const RADIUS = 2;
/** Squared levels. */
const EPSILON = 60;

/** For each sample of the large row: the two samples of the small row around it, and the second one's share. */
interface Taps {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly share: Float32Array;
}

/**
 * A small binary mask (0 or 255) of `view` as a soft mask of the whole picture: edges follow the full-size photo, binary
 * above 127. Where the filter has no contrast to hold on to, it degrades to a smooth enlargement.
 */
export function enlargeMask(rgb: Rgb, view: View, small: Mask): Mask {
  const [x0, y0, x1, y1] = view.box;
  const coefficients = guidedCoefficients(view.small, small, RADIUS, EPSILON).data;
  const open = nearBorder(small);
  const [across, down] = [tapsOf(x1 - x0, small.width), tapsOf(y1 - y0, small.height)];
  const levels = steepened(x1 - x0 > small.width ? 1.6 : 1.3);
  const out = emptyMask(rgb);
  const ab = new Float32Array(small.width * 4);
  const openRow = new Uint8Array(small.width);
  for (let y = 0; y < down.share.length; y++) {
    const [first, second] = [down.first[y] ?? 0, down.second[y] ?? 0];
    const [above, below] = [first * small.width, second * small.width];
    for (let x = 0; x < small.width; x++) openRow[x] = (open[above + x] ?? 0) | (open[below + x] ?? 0);
    mixRows(ab, coefficients, above * 4, below * 4, down.share[y] ?? 0);
    const known = small.data.subarray(above, above + small.width);
    enlargeRow(out.data, rgb.data, (y0 + y) * rgb.width + x0, { across, ab, openRow, known, levels });
  }
  return out;
}

/** 1 where the filter sees both sides of the mask: its window is doubled, for its coefficients are smoothed once more.
 * Everywhere else it would return the mask's own 0 or 255. */
function nearBorder({ width, height, data }: Mask): Uint8Array {
  const mean = boxMean(Float32Array.from(data), width, height, 1, 2 * RADIUS);
  return Uint8Array.from(mean, (value) => (value > 0.5 && value < 254.5 ? 1 : 0));
}

function tapsOf(length: number, from: number): Taps {
  const centre = (t: number): number => ((t + 0.5) * from) / length - 0.5;
  const clamped = (i: number): number => Math.max(0, Math.min(from - 1, i));
  return {
    first: Int32Array.from({ length }, (_, t) => clamped(Math.floor(centre(t)))),
    second: Int32Array.from({ length }, (_, t) => clamped(Math.floor(centre(t)) + 1)),
    share: Float32Array.from({ length }, (_, t) => centre(t) - Math.floor(centre(t))),
  };
}

/** The filter's ramp is a few small pixels wide: too soft when enlarged, so it is made steeper around the half. */
function steepened(steep: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, q) => Math.max(0, Math.min(255, (q - 127.5) * steep + 127.5)));
}

function mixRows(out: Float32Array, data: Float32Array, above: number, below: number, share: number): void {
  for (let i = 0; i < out.length; i++) out[i] = (1 - share) * (data[above + i] ?? 0) + share * (data[below + i] ?? 0);
}

interface RowOf {
  readonly across: Taps;
  /** [small width, 4], as in `GuidedCoefficients`. */
  readonly ab: Float32Array;
  readonly openRow: Uint8Array;
  readonly known: Uint8Array;
  readonly levels: Uint8Array;
}

function enlargeRow(out: Uint8Array, rgb: Uint8Array, start: number, { across, ab, openRow, known, levels }: RowOf) {
  for (let x = 0; x < across.share.length; x++) {
    const [a, b, share] = [across.first[x] ?? 0, across.second[x] ?? 0, across.share[x] ?? 0];
    if (((openRow[a] ?? 0) | (openRow[b] ?? 0)) === 0) {
      out[start + x] = known[a] ?? 0;
      continue;
    }
    const c = (start + x) * 3;
    const q = (1 - share) * evaluate(ab, a * 4, rgb, c) + share * evaluate(ab, b * 4, rgb, c);
    out[start + x] = levels[Math.max(0, Math.min(255, Math.round(q)))] ?? 0;
  }
}

function evaluate(ab: Float32Array, k: number, rgb: Uint8Array, c: number): number {
  const colour =
    (ab[k] ?? 0) * (rgb[c] ?? 0) + (ab[k + 1] ?? 0) * (rgb[c + 1] ?? 0) + (ab[k + 2] ?? 0) * (rgb[c + 2] ?? 0);
  return colour + (ab[k + 3] ?? 0);
}
