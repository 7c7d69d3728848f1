/** Plain pixel buffers that every part of the engine passes around. Row-major, top-left first. */

/** 8-bit interleaved sRGB, `data.length = width · height · 3`. */
export interface Rgb {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Coverage of each pixel, 0 (outside) to 255 (inside), `data.length = width · height`. Binary where > 127. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Continuous pixels of the original image, x right, y down; the centre of the first pixel is (0.5, 0.5). */
export type Point = readonly [x: number, y: number];

/** Half-open box [x0, x1) × [y0, y1) in continuous pixels. */
export type Box = readonly [x0: number, y0: number, x1: number, y1: number];

/**
 * Affine map source → target on continuous pixels: x' = a·x + b·y + c, y' = d·x + e·y + f.
 * Angles are clockwise-positive on the screen (y down): a rotation by φ is [cosφ, −sinφ, ·, sinφ, cosφ, ·].
 */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];
