/** PNG at chunk level: colour profile, EXIF and XMP are read and attached here, so that no codec touches the samples.
 * Source: PNG specification, third edition (iCCP, eXIf, iTXt; XMP keyword of XMP part 3). */
import { deflateSync, inflateSync } from "node:zlib";

export interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const PIXEL_CHUNKS = new Set(["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]);
const DISPLAY_CHUNKS = new Set(["gAMA", "cHRM", "sRGB", "cICP", "pHYs"]);
const XMP_KEYWORD = "XML:com.adobe.xmp";
const MAX_METADATA = 1 << 26;

/** Chunks up to IEND, as views into `bytes`; undefined when the file ends before it (truncated) or a length runs past the end. */
export function readPng(bytes: Uint8Array): Chunk[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE.length; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = latin(bytes.subarray(at + 4, at + 8));
    if (at + 12 + length > bytes.length) return undefined;
    chunks.push({ type, data: bytes.subarray(at + 8, at + 8 + length) });
    if (type === "IEND") return chunks;
    at += 12 + length;
  }
  return undefined;
}

export function isAnimatedPng(chunks: readonly Chunk[]): boolean {
  const control = chunks.find((chunk) => chunk.type === "acTL")?.data;
  return (
    control !== undefined && control.length >= 4 && new DataView(control.buffer, control.byteOffset).getUint32(0) > 1
  );
}

export function displayChunks(chunks: readonly Chunk[]): Chunk[] {
  return chunks
    .filter((chunk) => DISPLAY_CHUNKS.has(chunk.type))
    .map(({ type, data }) => ({ type, data: Uint8Array.from(data) }));
}

export function pngIcc(chunks: readonly Chunk[]): Uint8Array | undefined {
  const data = chunks.find((chunk) => chunk.type === "iCCP")?.data;
  const nameEnd = data?.indexOf(0) ?? -1;
  return data === undefined || nameEnd < 0 ? undefined : inflate(data.subarray(nameEnd + 2));
}

export function pngExif(chunks: readonly Chunk[]): Uint8Array | undefined {
  return chunks.find((chunk) => chunk.type === "eXIf")?.data;
}

export function pngXmp(chunks: readonly Chunk[]): Uint8Array | undefined {
  for (const { type, data } of chunks) {
    if (type !== "iTXt" || latin(data.subarray(0, XMP_KEYWORD.length + 1)) !== `${XMP_KEYWORD}\0`) continue;
    const flags = XMP_KEYWORD.length + 1; // compression flag and method, then two NUL-terminated strings
    const languageEnd = data.indexOf(0, flags + 2);
    const translatedEnd = data.indexOf(0, languageEnd + 1);
    if (languageEnd < 0 || translatedEnd < 0) return undefined;
    const text = data.subarray(translatedEnd + 1);
    return data[flags] === 1 ? inflate(text) : text;
  }
  return undefined;
}

export const iccChunk = (icc: Uint8Array): Chunk => ({
  type: "iCCP",
  data: Buffer.concat([Buffer.from("ICC profile\0\0", "latin1"), deflateSync(icc)]),
});
export const exifChunk = (exif: Uint8Array): Chunk => ({ type: "eXIf", data: exif });
export const xmpChunk = (xmp: Uint8Array): Chunk => ({
  type: "iTXt",
  data: Buffer.concat([Buffer.from(`${XMP_KEYWORD}\0\0\0\0\0`, "latin1"), xmp]),
});

/** The same pixel data with exactly `extra` as its ancillary chunks (all of which may precede PLTE and IDAT). */
export function attachToPng(png: Uint8Array, extra: readonly Chunk[]): Buffer {
  const chunks = readPng(png);
  if (chunks === undefined) throw new TypeError("Expected a complete PNG to attach chunks to, got one without IEND");
  const [header, ...rest] = chunks.filter((chunk) => PIXEL_CHUNKS.has(chunk.type)).map(encodedAlready);
  if (header === undefined) throw new TypeError("Expected a PNG that starts with IHDR, got none");
  return Buffer.concat([Buffer.from(SIGNATURE), header, ...extra.map(encodeChunk), ...rest]);
}

/** The bytes around a chunk that readPng found: length and type before its data, checksum after. */
function encodedAlready({ data }: Chunk): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset - 8, data.length + 12);
}

function encodeChunk({ type, data }: Chunk): Buffer {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, "latin1");
  out.set(data, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

// Own CRC: node:zlib has one only from 20.15 on.
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}

function inflate(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return inflateSync(bytes, { maxOutputLength: MAX_METADATA });
  } catch {
    return undefined; // damaged metadata is dropped; pixels do not depend on it
  }
}

function latin(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
