/** Masks and sRGB rasters as files, data URIs and encoded bytes. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Sharp } from "sharp";
import { EditError } from "../../errors.ts";
import type { Mask, Rgb } from "../raster.ts";
import { writeWhole } from "../write-whole.ts";
import { type DecodeOptions, decodeBytes } from "./decode.ts";
import { hasAlpha, type NativeImage } from "./native.ts";
import { sharp } from "./sharp.ts";
import { toRgb } from "./to-rgb.ts";

/** A 268-megapixel mask of hand-drawn shapes stays far below; base64 characters. */
const MAX_DATA_URI = 32 * 1024 * 1024;

/** More of a path is not said: who wrote the recipe may have made it as long as a book. */
const LONGEST_NAME = 400;

/** What is read of a mask for a picture of this size: enough to say how large a wrong one is, too little for a few kilobytes
 * that unfold into gigabytes. */
export function maskLimits({ width, height }: { readonly width: number; readonly height: number }): DecodeOptions {
  return { maxPixels: Math.max(4 * width * height, 16_000_000) };
}

/**
 * 255 where the grey or any colour channel is non-zero, else 0; fully transparent pixels are 0 whatever their colour.
 * @throws EditError `mask-unreadable`.
 */
export async function readMask(pathOrDataUri: string, baseDir: string, options: DecodeOptions = {}): Promise<Mask> {
  const inline = pathOrDataUri.startsWith("data:");
  const path = inline ? "mask data URI" : resolve(baseDir, pathOrDataUri);
  const name = path.slice(0, LONGEST_NAME);
  try {
    const native = await decodeBytes(inline ? dataUriBytes(pathOrDataUri) : await readFile(path), name, options);
    return { width: native.width, height: native.height, data: coverage(native) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EditError("mask-unreadable", `Expected a PNG mask, got ${name}: ${reason.slice(0, 1000)}`, { cause });
  }
}

/** 8-bit grey PNG of the values as they are. */
export async function encodeMaskPng(mask: Mask): Promise<Uint8Array> {
  return pipeline(mask).png().toBuffer();
}

export async function maskDataUri(mask: Mask): Promise<string> {
  return `data:image/png;base64,${Buffer.from(await encodeMaskPng(mask)).toString("base64")}`;
}

/** Grey for a Mask, RGB for an Rgb (told apart by the length of `data`). */
export async function encodePng(raster: Rgb | Mask, compressionLevel = 6): Promise<Uint8Array> {
  return pipeline(raster).png({ compressionLevel }).toBuffer();
}

/** A photo's views become a twentieth larger than at the usual 6, in two thirds of the time. */
const FILE_LEVEL = 3;

/** The same as a file, atomically. */
export async function writePng(path: string, raster: Rgb | Mask): Promise<void> {
  await writeWhole(path, await encodePng(raster, FILE_LEVEL));
}

/** Any readable picture as sRGB. Errors as decodeImage's. */
export async function rgbFrom(buffer: Uint8Array): Promise<Rgb> {
  return toRgb(await decodeBytes(buffer, "picture in memory"));
}

function pipeline({ width, height, data }: Rgb | Mask): Sharp {
  const channels = data.length === width * height ? 1 : 3;
  const source = sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
  return channels === 1 ? source.toColourspace("b-w") : source;
}

function dataUriBytes(uri: string): Uint8Array {
  if (uri.length > MAX_DATA_URI) throw new Error(`${uri.length} characters are more than ${MAX_DATA_URI}`);
  const match = /^data:image\/[\w.+-]+;base64,([\w+/=\s]*)$/.exec(uri);
  if (match?.[1] === undefined) throw new Error("it is not of the form data:image/png;base64,…");
  return Buffer.from(match[1], "base64");
}

function coverage(native: NativeImage): Uint8Array {
  const { width, height, channels, samples } = native;
  const colours = channels < 3 ? 1 : 3;
  // Lossy compression rings around black: there only clearly light samples count.
  const threshold = native.format === "jpeg" ? 127 : 0;
  const out = new Uint8Array(width * height);
  for (let i = 0, at = 0; i < out.length; i++, at += channels) {
    if (hasAlpha(native) && samples[at + colours] === 0) continue;
    for (let c = 0; c < colours; c++) if ((samples[at + c] ?? 0) > threshold) out[i] = 255;
  }
  return out;
}
