/** Pictures that explain an edit to a person or a model: regions, grid, difference, small previews. */
import type { Preview } from "../api.ts";
import type { Mask, Point, Rgb } from "../raster.ts";
import { arrow, type Colour, copyOf, fill, GREEN, number, RED, tint, WHITE } from "./draw.ts";
import { resizeRgb } from "./resample.ts";
import { sharp } from "./sharp.ts";

const EDGES = [1024, 768, 512, 384, 256, 192, 128, 96, 64] as const;
const PREVIEW_QUALITY = 80;

/**
 * WebP with its longest edge at most `maxEdge` (default 1024; never enlarged). The edge steps down until the file has at
 * most `maxBytes` (default 500 000); at 64 pixels it is returned as it is.
 */
export async function previewOf(rgb: Rgb, limits: { maxEdge?: number; maxBytes?: number } = {}): Promise<Preview> {
  const { maxEdge = 1024, maxBytes = 500_000 } = limits;
  const first = Math.min(maxEdge, Math.max(rgb.width, rgb.height));
  const edges = [first, ...EDGES.filter((edge) => edge < first)];
  for (const [i, edge] of edges.entries()) {
    const preview = await encodePreview(rgb, edge);
    if (preview.data.length <= maxBytes || i === edges.length - 1) return preview;
  }
  throw new TypeError(`Expected a positive maxEdge, got ${maxEdge}`);
}

async function encodePreview(rgb: Rgb, edge: number): Promise<Preview> {
  const scale = edge / Math.max(rgb.width, rgb.height);
  const width = Math.max(1, Math.round(rgb.width * scale));
  const height = Math.max(1, Math.round(rgb.height * scale));
  const small = await resizeRgb(rgb, width, height);
  const data = await sharp(small.data, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .webp({ quality: PREVIEW_QUALITY })
    .toBuffer();
  return { data, mimeType: "image/webp", width, height };
}

/** As it is, in the encoding that is ready first. */
export async function liveView({ width, height, data }: Rgb): Promise<Preview> {
  const source = sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
  const jpeg = await source.jpeg({ quality: 88, chromaSubsampling: "4:4:4" }).toBuffer();
  return { data: jpeg, mimeType: "image/jpeg", width, height };
}

export interface RegionMark {
  readonly source: Mask;
  readonly target: Mask;
  readonly from: Point;
  readonly to: Point;
}

/** Each operation's source tinted red, its target green, an arrow from where to where. */
export function regionsView(rgb: Rgb, operations: readonly RegionMark[]): Rgb {
  const out = copyOf(rgb);
  for (const { source } of operations) tint(out, source, RED, 0.5);
  for (const { target } of operations) tint(out, target, GREEN, 0.5);
  for (const { from, to } of operations) arrow(out, from, to, strokeOf(rgb), [40, 40, 40]);
  return out;
}

const TINTS: readonly Colour[] = [RED, GREEN, [50, 90, 240], [240, 180, 20], [200, 50, 220], [20, 190, 200]];

/** Masks in red, green, blue, yellow, magenta, cyan, then from the start again. */
export function tintMasks(rgb: Rgb, masks: readonly Mask[]): Rgb {
  const out = copyOf(rgb);
  masks.forEach((mask, i) => {
    tint(out, mask, TINTS[i % TINTS.length] ?? RED, 0.5);
  });
  return out;
}

/** Heat map of the largest channel difference: black none, then blue, red, yellow, white at 128 and more. */
export function diffView(before: Rgb, after: Rgb): Rgb {
  if (before.data.length !== after.data.length) {
    throw new TypeError(`Expected rasters of ${before.width}x${before.height}, got ${after.width}x${after.height}`);
  }
  const data = new Uint8Array(before.data.length);
  for (let i = 0; i < data.length; i += 3) {
    let most = 0;
    for (let at = i; at < i + 3; at++) most = Math.max(most, Math.abs((before.data[at] ?? 0) - (after.data[at] ?? 0)));
    if (most > 0) data.set(HEAT[most] ?? WHITE, i);
  }
  return { width: before.width, height: before.height, data };
}

/** Square root first: differences of a few steps must still be seen. */
const HEAT: readonly Colour[] = Array.from({ length: 256 }, (_, d) => heat(Math.min(1, Math.sqrt(d / 128))));

function heat(t: number): Colour {
  const ramp = (from: number, to: number) => Math.round(255 * Math.min(1, Math.max(0, (t - from) / (to - from))));
  return [
    ramp(0.25, 0.6),
    ramp(0.5, 0.85),
    t < 0.4 ? Math.round(90 + 400 * t) : t < 0.8 ? ramp(0.65, 0.4) : ramp(0.8, 1),
  ];
}

/** Lines every `step` pixels (default: a round number that gives about eight along the longer edge), labelled in pixels. */
export function gridView(rgb: Rgb, step: number = roundStep(Math.max(rgb.width, rgb.height) / 8)): Rgb {
  if (!(step >= 1)) throw new TypeError(`Expected a grid step of at least 1 pixel, got ${step}`);
  const out = copyOf(rgb);
  const thick = Math.max(1, Math.round(strokeOf(rgb) / 3));
  const scale = Math.max(1, Math.round(Math.max(rgb.width, rgb.height) / 400));
  for (let x = step; x < rgb.width; x += step) fill(out, Math.round(x), 0, thick, rgb.height, WHITE, 0.6);
  for (let y = step; y < rgb.height; y += step) fill(out, 0, Math.round(y), rgb.width, thick, WHITE, 0.6);
  for (let x = step; x < rgb.width; x += step) number(out, x, Math.round(x) + thick, 0, scale);
  for (let y = step; y < rgb.height; y += step) number(out, y, 0, Math.round(y) + thick, scale);
  return out;
}

/** 1, 2 or 5 times a power of ten. */
function roundStep(size: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, size)));
  return power * ([1, 2, 5].findLast((m) => m * power <= size) ?? 1);
}

function strokeOf({ width, height }: Rgb): number {
  return Math.max(2, Math.round(Math.max(width, height) / 250));
}
