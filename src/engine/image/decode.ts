/** From a file to native samples: no colour transform, no rescaling, only the EXIF orientation applied. */
import { readFile } from "node:fs/promises";
import type { Metadata, SharpOptions } from "sharp";
import { EditError } from "../../errors.ts";
import { type Format, type NativeImage, ownSpace, type Picture } from "./native.ts";
import { displayChunks, isAnimatedPng, pngExif, pngIcc, pngXmp, readPng } from "./png-chunks.ts";
import { sharp } from "./sharp.ts";
import { sniff, unreadable, unsupported } from "./sniff.ts";
import { readWebp } from "./webp-chunks.ts";

export { toRgb } from "./to-rgb.ts";

const MAX_PIXELS = 268_000_000;

export interface DecodeOptions {
  /** Most pixels (width · height) a picture may have; default 268 000 000. */
  maxPixels?: number;
}

type Attached = Pick<NativeImage, "icc" | "exif" | "xmp" | "display">;
type Found = { [K in keyof Attached]?: Attached[K] | undefined };

/**
 * @throws EditError `not-found`, `image-unreadable` (empty, truncated, damaged or no picture), `image-unsupported`
 * (SVG, PDF, HEIC, JPEG XL, several pages), `image-too-large`.
 */
export async function decodeImage(path: string, options: DecodeOptions = {}): Promise<NativeImage> {
  return decodeBytes(await readBytes(path), path, options);
}

/** The same for bytes already in memory; `name` stands for the path in messages. */
export async function decodeBytes(bytes: Uint8Array, name: string, options: DecodeOptions = {}): Promise<NativeImage> {
  const format = sniff(bytes, name);
  const metadata = await guarded(name, format, () => sharp(bytes, { ...SAFE, limitInputPixels: false }).metadata());
  checkSize(metadata, name, options.maxPixels ?? MAX_PIXELS);
  if ((metadata.pages ?? 1) > 1) throw unsupported(name, "animated");
  const attached = attachedTo(bytes, format, metadata, name);
  const converted = !isNative(metadata);
  const picture = await guarded(name, format, () => (converted ? inSrgb(bytes) : asStored(bytes, metadata)));
  if (!converted) return { ...picture, path: name, format, ...attached, warnings: [] };
  const { icc: _, display: __, ...described } = attached; // both describe the colours that were converted away
  const message = `${name} is ${metadata.depth} ${metadata.space}; it was converted to 8-bit sRGB, which the receipt refers to`;
  return { ...picture, path: name, format, ...described, warnings: [{ code: "converted-colourspace", message }] };
}

// "error" refuses truncated and damaged files but not those with mere warnings.
const SAFE = { failOn: "error", unlimited: false } as const satisfies SharpOptions;

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new EditError("not-found", `Expected a picture at ${path}, got nothing: no such file`, { cause });
    }
    throw unreadable(path, code === "EISDIR" ? "a folder" : `a file that cannot be read (${code})`, cause);
  }
}

async function guarded<T>(name: string, format: Format, decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split("\n").at(-1) ?? "") : "";
    throw unreadable(name, `${format.toUpperCase()} data that is damaged or ends early (${reason.trim()})`, cause);
  }
}

function checkSize({ width, height }: Metadata, name: string, maxPixels: number): void {
  if (width * height <= maxPixels) return;
  throw new EditError(
    "image-too-large",
    `Expected at most ${maxPixels} pixels, got ${width}x${height} = ${width * height}: ${name}`,
    { hint: "Scale the picture down or cut out the part to edit." },
  );
}

function isNative({ space, depth, channels }: Metadata): boolean {
  const integer = depth === "uchar" || depth === "ushort";
  return integer && channels <= 4 && ["srgb", "rgb", "b-w", "rgb16", "grey16"].includes(space);
}

async function asStored(bytes: Uint8Array, { channels: stored, depth: format }: Metadata): Promise<Picture> {
  const depth = format === "ushort" ? 16 : 8;
  // sharp's raw output drops the alpha of 8-bit grey pictures; as RGB the grey is repeated unchanged.
  const space = ownSpace(stored === 2 && depth === 8 ? 4 : stored, depth);
  const { data, info } = await sharp(bytes, { ...SAFE, ignoreIcc: true, limitInputPixels: false })
    .autoOrient()
    .toColourspace(space)
    .raw({ depth: depth === 16 ? "ushort" : "uchar" })
    .toBuffer({ resolveWithObject: true });
  const samples = depth === 16 ? words(data) : new Uint8Array(data.buffer, data.byteOffset, data.length);
  const { width, height } = info;
  if (stored === 2 && info.channels === 4) {
    return { width, height, channels: 2, depth, samples: samples.filter((_, i) => i % 4 === 0 || i % 4 === 3) };
  }
  return { width, height, channels: info.channels, depth, samples };
}

async function inSrgb(bytes: Uint8Array): Promise<Picture> {
  const { data, info } = await sharp(bytes, { ...SAFE, limitInputPixels: false })
    .autoOrient()
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: info.channels, depth: 8, samples: new Uint8Array(data) };
}

/** Buffers from a pool may start at an odd offset, where no Uint16Array can. */
function words(data: Buffer): Uint16Array {
  const aligned = data.byteOffset % 2 === 0 ? data : Buffer.from(Uint8Array.from(data).buffer);
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.length / 2);
}

function attachedTo(bytes: Uint8Array, format: Format, metadata: Metadata, name: string): Attached {
  const own: Found = format === "png" ? fromPng(bytes, name) : format === "webp" ? readWebp(bytes) : {};
  const icc = own.icc ?? metadata.icc;
  const exif = own.exif ?? metadata.exif;
  const xmp = own.xmp ?? metadata.xmp;
  return {
    ...(icc ? { icc: Uint8Array.from(icc) } : {}),
    ...(exif ? { exif: withoutPrefix(exif) } : {}),
    ...(xmp ? { xmp: Uint8Array.from(xmp) } : {}),
    ...(own.display ? { display: own.display } : {}),
  };
}

function fromPng(bytes: Uint8Array, name: string): Found {
  const chunks = readPng(bytes);
  // libpng fills a missing tail silently; a file without its IEND is refused here.
  if (!chunks) throw unreadable(name, "PNG data that ends early (no IEND chunk)");
  if (isAnimatedPng(chunks)) throw unsupported(name, "animated");
  return { icc: pngIcc(chunks), exif: pngExif(chunks), xmp: pngXmp(chunks), display: displayChunks(chunks) };
}

function withoutPrefix(exif: Uint8Array): Uint8Array {
  const prefixed = Buffer.from(exif.subarray(0, 6)).toString("latin1") === "Exif\0\0";
  return Uint8Array.from(prefixed ? exif.subarray(6) : exif);
}
