/** Minimal EXIF editor: in-place changes only, so that offsets inside maker notes stay valid.
 * Source: TIFF 6.0 section 2; Exif 3.0 section 4.6. */

const TAG = {
  imageWidth: 0x0100,
  imageHeight: 0x0101,
  stripOffsets: 0x0111,
  orientation: 0x0112,
  stripByteCounts: 0x0117,
  thumbnail: 0x0201,
  thumbnailLength: 0x0202,
  exifIfd: 0x8769,
  pixelWidth: 0xa002,
  pixelHeight: 0xa003,
} as const;
const SHORT = 3;
const LONG = 4;

interface Tiff {
  readonly view: DataView;
  readonly little: boolean;
}

interface Directory {
  /** tag → offset of its 12-byte entry. */
  readonly entries: ReadonlyMap<number, number>;
  readonly start: number;
  /** Offset of the 4-byte pointer to the next directory. */
  readonly next: number;
}

/**
 * A copy that describes the written picture: orientation 1, sizes `width` × `height`, no thumbnail (pointer and bytes).
 * undefined when the bytes are not a readable EXIF block.
 */
export function cleanExif(exif: Uint8Array, width: number, height: number): Uint8Array | undefined {
  const bytes = Uint8Array.from(exif);
  const tiff = openTiff(bytes);
  const main = tiff && readDirectory(tiff, tiff.view.getUint32(4, tiff.little));
  if (!tiff || !main) return undefined;
  const kept = dropThumbnail(tiff, main);
  setNumber(tiff, main, TAG.orientation, 1);
  setNumber(tiff, main, TAG.imageWidth, width);
  setNumber(tiff, main, TAG.imageHeight, height);
  const details = subDirectory(tiff, main, TAG.exifIfd);
  if (details) {
    setNumber(tiff, details, TAG.pixelWidth, width);
    setNumber(tiff, details, TAG.pixelHeight, height);
  }
  return bytes.subarray(0, kept);
}

/** A copy without thumbnail (pointer and bytes), for a picture whose pixels are stored as they were. undefined as above. */
export function withoutThumbnail(exif: Uint8Array): Uint8Array | undefined {
  const bytes = Uint8Array.from(exif);
  const tiff = openTiff(bytes);
  const main = tiff && readDirectory(tiff, tiff.view.getUint32(4, tiff.little));
  return tiff && main ? bytes.subarray(0, dropThumbnail(tiff, main)) : undefined;
}

function openTiff(bytes: Uint8Array): Tiff | undefined {
  if (bytes.length < 14) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return undefined;
  const little = order === 0x4949;
  return view.getUint16(2, little) === 42 ? { view, little } : undefined;
}

function readDirectory({ view, little }: Tiff, start: number): Directory | undefined {
  if (start < 8 || start + 2 > view.byteLength) return undefined;
  const count = view.getUint16(start, little);
  const next = start + 2 + count * 12;
  if (count === 0 || next + 4 > view.byteLength) return undefined;
  const entries = new Map<number, number>();
  for (let at = start + 2; at < next; at += 12) entries.set(view.getUint16(at, little), at);
  return { entries, start, next };
}

function subDirectory(tiff: Tiff, directory: Directory, tag: number): Directory | undefined {
  const at = getNumber(tiff, directory, tag);
  return at === undefined ? undefined : readDirectory(tiff, at);
}

/** Unlinks IFD1 and blanks its picture. Returns how many leading bytes of the block are still needed. */
function dropThumbnail(tiff: Tiff, main: Directory): number {
  const { view, little } = tiff;
  const size = view.byteLength;
  const second = readDirectory(tiff, view.getUint32(main.next, little));
  view.setUint32(main.next, 0, little);
  if (!second) return size;
  const start = getNumber(tiff, second, TAG.thumbnail) ?? getNumber(tiff, second, TAG.stripOffsets);
  const length = getNumber(tiff, second, TAG.thumbnailLength) ?? getNumber(tiff, second, TAG.stripByteCounts);
  // A pointer into the main directory is damage: leave those bytes alone.
  if (start === undefined || length === undefined || start < main.next + 4 || start + length > size) return size;
  new Uint8Array(view.buffer, view.byteOffset + start, length).fill(0);
  return start + length === size ? start : size;
}

/** Value of a single SHORT or LONG entry. */
function getNumber({ view, little }: Tiff, directory: Directory, tag: number): number | undefined {
  const at = directory.entries.get(tag);
  if (at === undefined || view.getUint32(at + 4, little) !== 1) return undefined;
  const type = view.getUint16(at + 2, little);
  if (type === SHORT) return view.getUint16(at + 8, little);
  return type === LONG ? view.getUint32(at + 8, little) : undefined;
}

/** Only entries that exist are changed; both types hold their value inside the entry. */
function setNumber({ view, little }: Tiff, directory: Directory, tag: number, value: number): void {
  const at = directory.entries.get(tag);
  if (at === undefined) return;
  const type = value > 0xffff ? LONG : SHORT;
  view.setUint16(at + 2, type, little);
  view.setUint32(at + 4, 1, little);
  view.setUint32(at + 8, 0, little);
  if (type === SHORT) view.setUint16(at + 8, value, little);
  else view.setUint32(at + 8, value, little);
}
