/** Drawing on sRGB rasters in place: blends, lines, digits. Enough for overlays; nothing here is part of an edit. */
import type { Mask, Point, Rgb } from "../raster.ts";

export type Colour = readonly [r: number, g: number, b: number];

export const WHITE: Colour = [255, 255, 255];
export const BLACK: Colour = [0, 0, 0];
export const RED: Colour = [230, 30, 30];
export const GREEN: Colour = [20, 190, 60];

export function copyOf({ width, height, data }: Rgb): Rgb {
  return { width, height, data: data.slice() };
}

/** `colour` laid over the pixel with `alpha` 0–1; outside the picture nothing happens. */
export function blend(rgb: Rgb, x: number, y: number, colour: Colour, alpha: number): void {
  if (x < 0 || y < 0 || x >= rgb.width || y >= rgb.height || alpha <= 0) return;
  const at = (y * rgb.width + x) * 3;
  for (let c = 0; c < 3; c++) {
    const value = rgb.data[at + c] ?? 0;
    rgb.data[at + c] = Math.round(value + Math.min(1, alpha) * ((colour[c] ?? 0) - value));
  }
}

/** Tints by coverage, up to `strength` 0–1. The mask has the raster's size. */
export function tint(rgb: Rgb, mask: Mask, colour: Colour, strength: number): void {
  for (let y = 0, i = 0; y < rgb.height; y++) {
    for (let x = 0; x < rgb.width; x++, i++) blend(rgb, x, y, colour, (strength * (mask.data[i] ?? 0)) / 255);
  }
}

/** Antialiased stroke with round ends, `width` pixels thick. */
export function line(rgb: Rgb, [ax, ay]: Point, [bx, by]: Point, width: number, colour: Colour): void {
  const half = width / 2;
  const [dx, dy] = [bx - ax, by - ay];
  const length2 = dx * dx + dy * dy;
  for (
    let y = Math.max(0, Math.floor(Math.min(ay, by) - half - 1));
    y <= Math.min(rgb.height - 1, Math.max(ay, by) + half + 1);
    y++
  ) {
    for (
      let x = Math.max(0, Math.floor(Math.min(ax, bx) - half - 1));
      x <= Math.min(rgb.width - 1, Math.max(ax, bx) + half + 1);
      x++
    ) {
      const [px, py] = [x + 0.5 - ax, y + 0.5 - ay];
      const t = length2 === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length2));
      blend(rgb, x, y, colour, half + 0.5 - Math.hypot(px - t * dx, py - t * dy));
    }
  }
}

/** Arrow with a head, in `colour` on a wider white one, so that it shows on any ground. */
export function arrow(rgb: Rgb, from: Point, to: Point, width: number, colour: Colour): void {
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
  const barb = Math.min(width * 5, 0.5 * Math.hypot(to[0] - from[0], to[1] - from[1]) + width);
  const wings = [angle + 2.6, angle - 2.6].map((a): Point => [to[0] + barb * Math.cos(a), to[1] + barb * Math.sin(a)]);
  for (const [thickness, ink] of [
    [width * 2, WHITE],
    [width, colour],
  ] as const) {
    line(rgb, from, to, thickness, ink);
    for (const wing of wings) line(rgb, to, wing, thickness, ink);
  }
}

/** 3 × 5 digits, a row per number, top first, the left pixel in bit 2. */
const DIGITS = [
  [7, 5, 5, 5, 7],
  [2, 6, 2, 2, 7],
  [7, 1, 7, 4, 7],
  [7, 1, 7, 1, 7],
  [5, 5, 7, 1, 1],
  [7, 4, 7, 1, 7],
  [7, 4, 7, 5, 7],
  [7, 1, 1, 2, 2],
  [7, 5, 7, 5, 7],
  [7, 5, 7, 1, 7],
] as const;
const DIGIT_ADVANCE = 4;
const DIGIT_HEIGHT = 5;

/** A whole number on a dark plate, its top-left corner at (x, y), each font pixel `scale` pixels wide. */
export function number(rgb: Rgb, value: number, x: number, y: number, scale: number): void {
  const text = String(Math.trunc(Math.abs(value)));
  fill(rgb, x, y, (text.length * DIGIT_ADVANCE + 1) * scale, (DIGIT_HEIGHT + 2) * scale, BLACK, 0.65);
  [...text].forEach((digit, i) => {
    const left = x + (i * DIGIT_ADVANCE + 1) * scale;
    (DIGITS[Number(digit)] ?? []).forEach((bits, row) => {
      for (let column = 0; column < 3; column++) {
        if (bits & (4 >> column)) fill(rgb, left + column * scale, y + (row + 1) * scale, scale, scale, WHITE, 1);
      }
    });
  });
}

export function fill(
  rgb: Rgb,
  x: number,
  y: number,
  width: number,
  height: number,
  colour: Colour,
  alpha: number,
): void {
  for (let py = y; py < y + height; py++) for (let px = x; px < x + width; px++) blend(rgb, px, py, colour, alpha);
}
