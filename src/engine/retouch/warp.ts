/** Moving a matted region by an affine map at full resolution: inverse mapping, bicubic, premultiplied. */
import { apply, compose, invert } from "../geometry/affine.ts";
import type { Affine, Box, Mask, Point, Rgb } from "../raster.ts";
import { addCubic4, type Samples } from "./cubic.ts";
import { growBox } from "./resample.ts";

/** A moved region: what to draw into `box` of the picture. Colours are not premultiplied; 0 where alpha is 0. */
export interface Sprite {
  readonly box: Box;
  readonly rgb: Rgb;
  readonly alpha: Mask;
}

/** A crop of the picture with its matte; [x0, y0] is the crop's place in the picture. */
export interface Cutout {
  readonly origin: Point;
  readonly rgb: Rgb;
  readonly alpha: Mask;
}

/** Samples per side and pixel when shrinking; beyond 1:4 the result aliases a little. */
const MAX_SAMPLES = 4;

/**
 * The cutout moved by `affine` (picture coordinates, source → target), cut to `limits`.
 * Shrinking is supersampled; enlarging is Catmull-Rom. Undefined when nothing of it falls inside `limits`.
 */
export function warpCutout(cutout: Cutout, affine: Affine, limits: Box): Sprite | undefined {
  const box = targetBox(cutout, affine, limits);
  const [width, height] = [box[2] - box[0], box[3] - box[1]];
  if (width <= 0 || height <= 0) return undefined;
  const source = { data: premultiplied(cutout), width: cutout.rgb.width, height: cutout.rgb.height };
  const [left, top] = cutout.origin;
  const inverse = compose([1, 0, -left, 0, 1, -top], invert(affine)); // target → pixels of the cutout
  const samples = samplesPerSide(inverse);
  const rgb = new Uint8Array(width * height * 3);
  const alpha = new Uint8Array(width * height);
  const pixel = new Float64Array(4);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      integrate(source, inverse, box[0] + x, box[1] + y, samples, pixel);
      store(pixel, rgb, alpha, i);
    }
  }
  return { box, rgb: { width, height, data: rgb }, alpha: { width, height, data: alpha } };
}

function targetBox({ origin: [x0, y0], rgb }: Cutout, affine: Affine, limits: Box): Box {
  const corners: Point[] = [
    [x0, y0],
    [x0 + rgb.width, y0],
    [x0, y0 + rgb.height],
    [x0 + rgb.width, y0 + rgb.height],
  ];
  const moved = corners.map((corner) => apply(affine, corner));
  const [xs, ys] = [moved.map(([x]) => x), moved.map(([, y]) => y)];
  const box: Box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  const grown = growBox(box, 1, { width: limits[2], height: limits[3] });
  return [Math.max(limits[0], grown[0]), Math.max(limits[1], grown[1]), grown[2], grown[3]];
}

/** [H, W, 4]: R·α, G·α, B·α (0–255) and α (0–255): outside colours weigh nothing in any interpolation. */
function premultiplied({ rgb, alpha }: Cutout): Float32Array {
  const out = new Float32Array(alpha.data.length * 4);
  for (let i = 0; i < alpha.data.length; i++) {
    const a = alpha.data[i] ?? 0;
    if (a === 0) continue;
    for (let c = 0; c < 3; c++) out[i * 4 + c] = ((rgb.data[i * 3 + c] ?? 0) * a) / 255;
    out[i * 4 + 3] = a;
  }
  return out;
}

/** Longest step in the source per target pixel, rounded up. */
function samplesPerSide([a, b, , d, e]: Affine): number {
  const stretch = Math.max(Math.hypot(a, d), Math.hypot(b, e));
  return Math.max(1, Math.min(MAX_SAMPLES, Math.ceil(stretch - 0.01)));
}

/** Mean over samples × samples points of target pixel (x, y). */
function integrate(
  source: Samples<Float32Array>,
  inverse: Affine,
  x: number,
  y: number,
  samples: number,
  out: Float64Array,
): void {
  const [a, b, c, d, e, f] = inverse;
  out.fill(0);
  const share = 1 / (samples * samples);
  for (let k = 0; k < samples * samples; k++) {
    const px = x + ((k % samples) + 0.5) / samples;
    const py = y + (Math.floor(k / samples) + 0.5) / samples;
    addCubic4(source, a * px + b * py + c, d * px + e * py + f, share, out);
  }
}

function store(pixel: Float64Array, rgb: Uint8Array, alpha: Uint8Array, i: number): void {
  const a = Math.max(0, Math.min(255, pixel[3] ?? 0));
  alpha[i] = Math.round(a);
  if (alpha[i] === 0) return;
  for (let c = 0; c < 3; c++) rgb[i * 3 + c] = Math.max(0, Math.min(255, Math.round(((pixel[c] ?? 0) * 255) / a)));
}
