/** JPEG at marker level: EXIF and XMP in APP1, the colour profile in numbered APP2 pieces, set before the scan data.
 * Source: ITU-T T.81 B.1.1; ICC.1:2022 B.4; XMP part 3, 1.1.3. */

/** A segment's length field counts itself and is 16 bits wide. */
const MAX_PAYLOAD = 65533;
const EXIF = Buffer.from("Exif\0\0", "latin1");
const XMP = Buffer.from("http://ns.adobe.com/xap/1.0/\0", "latin1");
const ICC = Buffer.from("ICC_PROFILE\0", "latin1");
const ICC_PIECE = MAX_PAYLOAD - ICC.length - 2;

export const JPEG_MAX_EDGE = 65535;
export const JPEG_MAX_EXIF = MAX_PAYLOAD - EXIF.length;
export const JPEG_MAX_XMP = MAX_PAYLOAD - XMP.length;

/** Each part must fit its limit (`JPEG_MAX_EXIF`, `JPEG_MAX_XMP`); profiles are split as needed. */
export function attachToJpeg(
  jpeg: Uint8Array,
  metadata: { icc?: Uint8Array | undefined; exif?: Uint8Array | undefined; xmp?: Uint8Array | undefined },
): Buffer {
  const { icc, exif, xmp } = metadata;
  const head = headerEnd(jpeg);
  return Buffer.concat([
    jpeg.subarray(0, head),
    ...(exif ? [segment(0xe1, EXIF, exif)] : []),
    ...(xmp ? [segment(0xe1, XMP, xmp)] : []),
    ...(icc ? iccSegments(icc) : []),
    jpeg.subarray(head),
  ]);
}

function iccSegments(icc: Uint8Array): Buffer[] {
  const count = Math.ceil(icc.length / ICC_PIECE);
  return Array.from({ length: count }, (_, i) =>
    segment(0xe2, Buffer.from([...ICC, i + 1, count]), icc.subarray(i * ICC_PIECE, (i + 1) * ICC_PIECE)),
  );
}

/** JFIF demands to come right after SOI, so the new segments follow it. */
function headerEnd(jpeg: Uint8Array): number {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  return view.getUint16(2) === 0xffe0 ? 4 + view.getUint16(4) : 2;
}

function segment(marker: number, prefix: Uint8Array, payload: Uint8Array): Buffer {
  const length = 2 + prefix.length + payload.length;
  return Buffer.concat([Buffer.from([0xff, marker, length >> 8, length & 0xff]), prefix, payload]);
}
