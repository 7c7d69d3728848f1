/** Photoshop's resources in APP13: captions and credits (IPTC) stay, thumbnails of the unedited picture do not.
 * Source: Adobe Photoshop File Formats, "Image Resource Blocks". */

const HEAD = Buffer.from("Photoshop 3.0\0", "latin1");
const THUMBNAILS = [0x0409, 0x040c];

/** The segment's payload without thumbnails; undefined where it is not a whole list of resources. */
export function withoutThumbnails(payload: Uint8Array): Uint8Array | undefined {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const kept: Uint8Array[] = [HEAD];
  for (let at = HEAD.length; at < bytes.length; ) {
    if (at + 7 > bytes.length || bytes.toString("latin1", at, at + 4) !== "8BIM") return undefined;
    const size = at + 6 + even(1 + bytes.readUInt8(at + 6));
    if (size + 4 > bytes.length) return undefined;
    const end = size + 4 + even(bytes.readUInt32BE(size));
    if (end > even(bytes.length)) return undefined;
    if (!THUMBNAILS.includes(bytes.readUInt16BE(at + 4))) kept.push(bytes.subarray(at, end));
    at = end;
  }
  return Buffer.concat(kept);
}

/** Names and data are filled up to even lengths. */
function even(length: number): number {
  return length + (length % 2);
}
