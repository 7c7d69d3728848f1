/** Catmull-Rom interpolation of a picture, several samples to one pixel. */
import type { Rgb } from "../raster.ts";

/** Beyond the picture its edge continues. */
export class CubicSampler {
  readonly #picture: Rgb;
  readonly #wx = new Float64Array(4);
  readonly #wy = new Float64Array(4);
  #r = 0;
  #g = 0;
  #b = 0;
  #count = 0;

  constructor(picture: Rgb) {
    this.#picture = picture;
  }

  clear(): void {
    this.#r = 0;
    this.#g = 0;
    this.#b = 0;
    this.#count = 0;
  }

  /** Adds the colour at (x, y), continuous pixels. */
  add(x: number, y: number): void {
    const { width, height, data } = this.#picture;
    const [u, v] = [x - 0.5, y - 0.5];
    const [x0, y0] = [Math.floor(u), Math.floor(v)];
    cubicWeights(u - x0, this.#wx);
    cubicWeights(v - y0, this.#wy);
    for (let j = 0; j < 4; j++) {
      const row = Math.max(0, Math.min(height - 1, y0 + j - 1)) * width;
      const wy = this.#wy[j] ?? 0;
      for (let i = 0; i < 4; i++) {
        const weight = wy * (this.#wx[i] ?? 0);
        const at = (row + Math.max(0, Math.min(width - 1, x0 + i - 1))) * 3;
        this.#r += weight * (data[at] ?? 0);
        this.#g += weight * (data[at + 1] ?? 0);
        this.#b += weight * (data[at + 2] ?? 0);
      }
    }
    this.#count++;
  }

  /** Writes the mean of what was added. */
  store(to: Uint8Array, at: number): void {
    to[at] = byte(this.#r / this.#count);
    to[at + 1] = byte(this.#g / this.#count);
    to[at + 2] = byte(this.#b / this.#count);
  }
}

/** Weights of the four samples around a place `t` (0–1) between the second and the third. */
export function cubicWeights(t: number, out: Float64Array): void {
  out[0] = ((-0.5 * t + 1) * t - 0.5) * t;
  out[1] = (1.5 * t - 2.5) * t * t + 1;
  out[2] = ((-1.5 * t + 2) * t + 0.5) * t;
  out[3] = (0.5 * t - 0.5) * t * t;
}

function byte(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.round(value);
}
