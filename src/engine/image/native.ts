/** A picture in its file's own numbers: own colour space, own bit depth, no transform but the EXIF orientation. */
import type { Sharp } from "sharp";
import type { Warning } from "../api.ts";
import type { Chunk } from "./png-chunks.ts";
import { sharp } from "./sharp.ts";

export type Format = "png" | "jpeg" | "webp" | "tiff" | "avif" | "gif";
export type Samples = Uint8Array | Uint16Array;

/** Row-major, interleaved, top-left first; `samples.length = width · height · channels`. 16-bit samples use 0–65535. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey + alpha, 3 RGB, 4 RGB + alpha (alpha is never premultiplied). */
  readonly channels: 1 | 2 | 3 | 4;
  readonly depth: 8 | 16;
  readonly samples: Samples;
}

/** A decoded file. `width` and `height` are those after orientation. */
export interface NativeImage extends Picture {
  readonly path: string;
  readonly format: Format;
  readonly icc?: Uint8Array;
  /** TIFF-structured EXIF without the "Exif\0\0" prefix. */
  readonly exif?: Uint8Array;
  readonly xmp?: Uint8Array;
  /** PNG chunks that say how samples are to be shown (gAMA, cHRM, sRGB, cICP, pHYs): carried into a PNG output. */
  readonly display?: readonly Chunk[];
  readonly warnings: Warning[];
}

export type ColourSpace = "b-w" | "grey16" | "srgb" | "rgb16";

/** libvips' name for "these numbers as they are". Naming it as the output space keeps sharp from converting. */
export function ownSpace(channels: number, depth: 8 | 16): ColourSpace {
  if (channels < 3) return depth === 16 ? "grey16" : "b-w";
  return depth === 16 ? "rgb16" : "srgb";
}

export function hasAlpha(picture: Picture): boolean {
  return picture.channels === 2 || picture.channels === 4;
}

/** A sharp pipeline that holds exactly these samples. */
export function pipelineOf(picture: Picture): Sharp {
  const { width, height, channels, depth, samples } = picture;
  return sharp(samples, { raw: { width, height, channels }, limitInputPixels: false }).toColourspace(
    ownSpace(channels, depth),
  );
}
