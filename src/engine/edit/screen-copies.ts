/** Pictures and regions at the size of a screen, kept while somebody drags on them. Files are told apart by their path
 * and time, so that a changed one is read anew. */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { type DecodeOptions, decodeImage, toRgb } from "../image/decode.ts";
import { maskLimits, readMask } from "../image/raster-io.ts";
import type { Mask, Rgb } from "../raster.ts";
import { fitWithin, resizeMask, resizeRgb } from "../retouch/resample.ts";

export interface ScreenCopy {
  readonly rgb: Rgb;
  /** Screen pixels per pixel of the picture, at most 1. */
  readonly scale: number;
  /** Of the picture. */
  readonly width: number;
  readonly height: number;
}

const PICTURES = 4;
const MASKS = 32;

export class ScreenCopies {
  readonly #pictures = new Map<string, Promise<ScreenCopy>>();
  readonly #masks = new Map<string, Promise<Mask>>();

  async picture(path: string, maxEdge: number, limits: DecodeOptions): Promise<ScreenCopy> {
    const key = `${path}\n${await timeOf(path)}\n${maxEdge}`;
    return kept(this.#pictures, key, PICTURES, () => screenCopy(path, maxEdge, limits));
  }

  /** Binary. A mask of another size than the picture's comes as it is: it is refused where it is used. */
  async mask(pathOrDataUri: string, baseDir: string, { rgb, width, height }: ScreenCopy): Promise<Mask> {
    const inline = pathOrDataUri.startsWith("data:");
    const path = inline ? pathOrDataUri : resolve(baseDir, pathOrDataUri);
    const key = `${path}\n${inline ? "" : await timeOf(path)}\n${rgb.width}x${rgb.height}`;
    return kept(this.#masks, key, MASKS, async () => {
      const mask = await readMask(pathOrDataUri, baseDir, maskLimits({ width, height }));
      return mask.width === width && mask.height === height ? shrunk(mask, rgb) : mask;
    });
  }

  /** Whatever else is found out about a screen copy, e.g. what is at a point. */
  async found(what: string, { rgb }: ScreenCopy, find: () => Promise<Mask>): Promise<Mask> {
    return kept(this.#masks, `${what}\n${rgb.width}x${rgb.height}`, MASKS, find);
  }
}

async function screenCopy(path: string, maxEdge: number, limits: DecodeOptions): Promise<ScreenCopy> {
  const rgb = await toRgb(await decodeImage(path, limits));
  const { width, height } = rgb;
  const size = fitWithin(width, height, maxEdge);
  return { rgb: await resizeRgb(rgb, size.width, size.height), scale: size.width / width, width, height };
}

/** A thin region keeps its pixels: half covered is region, and so is all of it where nothing else would be left. */
async function shrunk(mask: Mask, { width, height }: Rgb): Promise<Mask> {
  const small = await resizeMask(mask, width, height);
  const least = small.data.some((value) => value > 127) ? 127 : 0;
  return { width, height, data: small.data.map((value) => (value > least ? 255 : 0)) };
}

async function timeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

/** The most recently used stay; what failed is forgotten. */
async function kept<T>(map: Map<string, Promise<T>>, key: string, most: number, make: () => Promise<T>): Promise<T> {
  const value = map.get(key) ?? make();
  map.delete(key);
  map.set(key, value);
  for (const oldest of [...map.keys()].slice(0, Math.max(0, map.size - most))) map.delete(oldest);
  try {
    return await value;
  } catch (error) {
    if (map.get(key) === value) map.delete(key);
    throw error;
  }
}
