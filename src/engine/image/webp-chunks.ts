/** WebP at RIFF level: reads and attaches ICCP, EXIF and XMP chunks around an untouched VP8/VP8L bitstream.
 * Source: RFC 9649, sections 2.3–2.7. */

interface RiffChunk {
  readonly id: string;
  readonly data: Uint8Array;
}

export interface WebpMetadata {
  readonly icc?: Uint8Array | undefined;
  readonly exif?: Uint8Array | undefined;
  readonly xmp?: Uint8Array | undefined;
}

const FLAG = { icc: 0x20, alpha: 0x10, exif: 0x08, xmp: 0x04 } as const;
export const WEBP_MAX_EDGE = 16383;

export function readWebp(bytes: Uint8Array): WebpMetadata & { readonly lossless: boolean } {
  const chunks = riffChunks(bytes);
  const find = (id: string) => chunks.find((chunk) => chunk.id === id)?.data;
  return { icc: find("ICCP"), exif: find("EXIF"), xmp: find("XMP "), lossless: find("VP8L") !== undefined };
}

/** @param webp a still picture as an encoder wrote it; its own metadata chunks, if any, are replaced. */
export function attachToWebp(
  webp: Uint8Array,
  picture: { width: number; height: number; alpha: boolean },
  metadata: WebpMetadata,
): Buffer {
  const image = riffChunks(webp).filter(({ id }) => id === "VP8L" || id === "VP8 " || id === "ALPH");
  const { icc, exif, xmp } = metadata;
  const chunks: RiffChunk[] = [
    { id: "VP8X", data: extendedHeader(picture, metadata) },
    ...(icc ? [{ id: "ICCP", data: icc }] : []),
    ...image,
    ...(exif ? [{ id: "EXIF", data: exif }] : []),
    ...(xmp ? [{ id: "XMP ", data: xmp }] : []),
  ];
  const body = Buffer.concat([Buffer.from("WEBP", "latin1"), ...chunks.map(encodeRiff)]);
  return Buffer.concat([riffHeader("RIFF", body.length), body]);
}

function extendedHeader(picture: { width: number; height: number; alpha: boolean }, metadata: WebpMetadata): Buffer {
  const out = Buffer.alloc(10);
  out[0] =
    (metadata.icc ? FLAG.icc : 0) |
    (picture.alpha ? FLAG.alpha : 0) |
    (metadata.exif ? FLAG.exif : 0) |
    (metadata.xmp ? FLAG.xmp : 0);
  out.writeUIntLE(picture.width - 1, 4, 3);
  out.writeUIntLE(picture.height - 1, 7, 3);
  return out;
}

/** Stops quietly at the first chunk that does not fit: the decoder judges whether the picture itself is whole. */
function riffChunks(bytes: Uint8Array): RiffChunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: RiffChunk[] = [];
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at + 4, true);
    if (at + 8 + length > bytes.length) break;
    const id = Buffer.from(bytes.subarray(at, at + 4)).toString("latin1");
    chunks.push({ id, data: bytes.subarray(at + 8, at + 8 + length) });
    at += 8 + length + (length & 1);
  }
  return chunks;
}

function encodeRiff({ id, data }: RiffChunk): Buffer {
  return Buffer.concat([riffHeader(id, data.length), data, Buffer.alloc(data.length & 1)]);
}

function riffHeader(id: string, length: number): Buffer {
  const out = Buffer.alloc(8);
  out.write(id, 0, "latin1");
  out.writeUInt32LE(length, 4);
  return out;
}
