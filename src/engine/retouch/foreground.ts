/**
 * The region's own colours: at the matte's border photo pixels are a mixture with the background, which must not travel.
 *
 * Both sides are estimated together, coarse to fine (Germer et al., "Fast Multi-Level Foreground Estimation", 2020): per
 * pixel the F and B nearest to their neighbours' of which α·F + (1 − α)·B gives the photo; neighbours count more where α
 * changes, so that colours come from across the border and detail stays where α is certain.
 */
import type { Mask, Rgb } from "../raster.ts";
import { resizePlanes } from "./resample.ts";

/** How much a neighbour's colour counts at least, and per step of α to it. */
const SMOOTH = 1e-5;
const ACROSS = 1;
/** Sweeps over small levels, whose colours travel far, and over large ones. */
const SWEEPS_SMALL = 10;
const SWEEPS_LARGE = 2;
const SMALL = 32;

/** [H, W, 3] each, levels 0–255. */
interface Sides {
  readonly front: Float32Array;
  readonly back: Float32Array;
}

interface Scene {
  readonly width: number;
  readonly height: number;
  readonly image: Float32Array;
  /** 0–1. */
  readonly alpha: Float32Array;
}

/** Foreground colours F with picture ≈ α·F + (1 − α)·B; pixels of full and of no alpha keep theirs. */
export function foregroundColours(rgb: Rgb, alpha: Mask): Rgb {
  const { width, height } = rgb;
  const whole = {
    width,
    height,
    image: new Float32Array(rgb.data),
    alpha: new Float32Array(alpha.data).map((a) => a / 255),
  };
  const { front } = estimate(whole);
  const data = new Uint8Array(rgb.data);
  for (let i = 0; i < alpha.data.length; i++) {
    if (alpha.data[i] === 0 || alpha.data[i] === 255) continue;
    for (let c = i * 3; c < i * 3 + 3; c++) data[c] = Math.round(front[c] as number); // three for every pixel
  }
  return { ...rgb, data };
}

function estimate(scene: Scene): Sides {
  const { width, height } = scene;
  const coarse = Math.max(width, height) > 1 ? enlarged(estimate(halved(scene)), scene) : meansOf(scene);
  const sweeps = Math.max(width, height) <= SMALL ? SWEEPS_SMALL : SWEEPS_LARGE;
  for (let sweep = 0; sweep < sweeps; sweep++) relax(scene, coarse);
  return coarse;
}

function halved({ width, height, image, alpha }: Scene): Scene {
  const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  return {
    width: w,
    height: h,
    image: resizePlanes(image, width, height, 3, w, h),
    alpha: resizePlanes(alpha, width, height, 1, w, h),
  };
}

function meansOf({ image }: Scene): Sides {
  return { front: image.slice(), back: image.slice() };
}

function enlarged({ front, back }: Sides, { width, height }: Scene): Sides {
  const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const large = (side: Float32Array) => resizePlanes(side, w, h, 3, width, height);
  return { front: large(front), back: large(back) };
}

/** One sweep in place: the photo's equation against the neighbours' colours, solved per pixel. The hot loop of a matte: no
 * array is made per pixel, and no index leaves its array. */
function relax({ width, height, image, alpha }: Scene, { front, back }: Sides): void {
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const a = alpha[i] as number;
      const left = x > 0 ? i - 1 : i;
      const right = x < width - 1 ? i + 1 : i;
      const above = y > 0 ? i - width : i;
      const below = y < height - 1 ? i + width : i;
      const wl = SMOOTH + ACROSS * Math.abs(a - (alpha[left] as number));
      const wr = SMOOTH + ACROSS * Math.abs(a - (alpha[right] as number));
      const wa = SMOOTH + ACROSS * Math.abs(a - (alpha[above] as number));
      const wb = SMOOTH + ACROSS * Math.abs(a - (alpha[below] as number));
      const total = wl + wr + wa + wb;
      const balance = total + a * a + (1 - a) * (1 - a);
      for (let c = 0; c < 3; c++) {
        const l = left * 3 + c;
        const r = right * 3 + c;
        const t = above * 3 + c;
        const u = below * 3 + c;
        const f =
          wl * (front[l] as number) + wr * (front[r] as number) + wa * (front[t] as number) + wb * (front[u] as number);
        const b =
          wl * (back[l] as number) + wr * (back[r] as number) + wa * (back[t] as number) + wb * (back[u] as number);
        const missing = ((image[i * 3 + c] as number) - (a * f + (1 - a) * b) / total) / balance;
        front[i * 3 + c] = clamp(f / total + a * missing);
        back[i * 3 + c] = clamp(b / total + (1 - a) * missing);
      }
    }
  }
}

function clamp(level: number): number {
  return Math.max(0, Math.min(255, level));
}
