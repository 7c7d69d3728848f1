/** A picture as a vision model takes it: its own size, sides a multiple of its patches, a grid in its own coordinates. */
import type { Preview } from "../api.ts";
import type { Rgb } from "../raster.ts";
import { copyOf, fill, number, WHITE } from "./draw.ts";
import { rgbFrom } from "./raster-io.ts";
import { resizeRgb } from "./resample.ts";
import { sharp } from "./sharp.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Bounds on a picture that a model sees unresized. */
export interface ViewLimits {
  /** Longest side in pixels. */
  readonly edge: number;
  /** Bound on the shorter side, where there is one. */
  readonly shortEdge?: number | undefined;
  /** Bound on width × height, where there is one. */
  readonly pixels?: number | undefined;
  /** Both sides are a multiple of this. */
  readonly multiple: number;
}

/** Numbers along the sides: what the model calls the left, top, right and bottom of the picture. */
export interface GridLabels {
  readonly x: readonly [left: number, right: number];
  readonly y: readonly [top: number, bottom: number];
}

const LINES = 8;
const QUALITY = 90;

/** The largest size within the limits that keeps the aspect up to the multiple; never enlarged by more than the multiple. */
export function viewSize({ width, height }: Size, limits: ViewLimits): Size {
  const { edge, shortEdge, pixels, multiple } = limits;
  const scale = Math.min(
    1,
    edge / Math.max(width, height),
    (shortEdge ?? Number.POSITIVE_INFINITY) / Math.min(width, height),
    Math.sqrt((pixels ?? Number.POSITIVE_INFINITY) / (width * height)),
  );
  const most = Math.max(multiple, Math.floor(edge / multiple) * multiple);
  const side = (length: number) =>
    Math.min(most, Math.max(multiple, Math.round((length * scale) / multiple) * multiple));
  return { width: side(width), height: side(height) };
}

/**
 * The encoded picture as JPEG: of exactly `size`, or the size that the limits give.
 * @throws EditError where the bytes are no picture.
 */
export async function visionView(bytes: Uint8Array, wanted: Size | ViewLimits, grid?: GridLabels): Promise<Preview> {
  const rgb = await rgbFrom(bytes);
  const { width, height } = "edge" in wanted ? viewSize(rgb, wanted) : wanted;
  const sized = await resizeRgb(rgb, width, height);
  return encoded(grid === undefined ? sized : withGrid(sized, grid));
}

/** JPEG without chroma subsampling: thin coloured outlines stay coloured. Every endpoint reads JPEG, not every one WebP. */
export async function encoded({ width, height, data }: Rgb): Promise<Preview> {
  const jpeg = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: QUALITY, chromaSubsampling: "4:4:4" })
    .toBuffer();
  return { data: jpeg, mimeType: "image/jpeg", width, height };
}

function withGrid(rgb: Rgb, { x, y }: GridLabels): Rgb {
  const out = copyOf(rgb);
  const scale = Math.max(1, Math.round(Math.max(rgb.width, rgb.height) / 400));
  for (let i = 1; i < LINES; i++) {
    const [left, top] = [Math.round((i * rgb.width) / LINES), Math.round((i * rgb.height) / LINES)];
    fill(out, left, 0, 1, rgb.height, WHITE, 0.6);
    fill(out, 0, top, rgb.width, 1, WHITE, 0.6);
  }
  for (let i = 1; i < LINES; i++) {
    number(out, between(x, i), Math.round((i * rgb.width) / LINES) + 1, 0, scale);
    number(out, between(y, i), 0, Math.round((i * rgb.height) / LINES) + 1, scale);
  }
  return out;
}

function between([from, to]: readonly [number, number], line: number): number {
  return Math.round(from + ((to - from) * line) / LINES);
}
