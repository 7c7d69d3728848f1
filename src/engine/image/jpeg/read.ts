/** From a file to its coefficients. Source: ITU-T T.81 annex B. */
import { damaged, unsupported } from "./faults.ts";
import { type OpenFrame, openFrame } from "./frame.ts";
import { type Jpeg, MARKER, type Segment } from "./jpeg.ts";
import { readScan } from "./read-scan.ts";
import { openScan } from "./scan-header.ts";
import { Tables } from "./tables.ts";

/**
 * What lies behind the end marker (further pictures) is not read.
 * @throws EditError `image-unsupported` (arithmetic coding, 12 bits, lossless, hierarchical, CMYK), `image-unreadable`
 * (truncated, damaged, incomplete), `image-too-large`.
 */
export function readJpeg(bytes: Uint8Array): Jpeg {
  const file = new JpegFile(bytes);
  while (!file.ended) file.step();
  return file.result();
}

/** Encoders write about ten; each costs a walk over all blocks, however few bytes it has. */
const MOST_SCANS = 100;

class JpegFile {
  readonly #bytes: Uint8Array;
  readonly #tables = new Tables();
  readonly #segments: Segment[] = [];
  #frame: OpenFrame | undefined;
  #interval = 0;
  #scans = 0;
  #at = 2;
  ended = false;

  constructor(bytes: Uint8Array) {
    if (bytes[0] !== 0xff || bytes[1] !== MARKER.start) throw damaged("a file of another kind");
    this.#bytes = bytes;
  }

  /** One marker, and what belongs to it. */
  step(): void {
    const marker = this.#marker();
    if (marker === MARKER.end) this.ended = true;
    else if (marker >= MARKER.restart && marker <= MARKER.start) throw damaged("a marker where none may be");
    else this.#segment(marker, this.#payload());
  }

  result(): Jpeg {
    const frame = this.#frame;
    if (frame === undefined) throw damaged("no picture in it");
    const whole = frame.components.every(({ known }) => known.every((bit) => bit === 0));
    if (!whole) throw damaged("a picture of which scans are missing");
    const components = frame.components.map(({ known: _, table: __, ...component }) => component);
    const { width, height, mcu, mcusWide, mcusHigh } = frame;
    const layout = { width, height, mcu, mcusWide, mcusHigh, components };
    const trailing = this.#bytes.length - this.#at;
    return { ...layout, segments: this.#segments, restartInterval: this.#interval, trailing };
  }

  #segment(marker: number, payload: Uint8Array): void {
    if (marker === MARKER.quantisation) this.#tables.quantisation(payload);
    else if (marker === MARKER.huffman) this.#tables.huffman(payload);
    else if (marker === MARKER.interval) this.#tables.restart(payload);
    else if (marker === MARKER.scan) this.#scan(payload);
    else if (isFrame(marker)) this.#open(marker, payload);
    else refuseOther(marker);
    if (isDescription(marker)) this.#segments.push({ marker, payload });
  }

  #open(marker: number, payload: Uint8Array): void {
    if (this.#frame !== undefined) throw damaged("two frames");
    this.#frame = openFrame(payload, marker === MARKER.progressive, this.#bytes.length);
  }

  #scan(payload: Uint8Array): void {
    const frame = this.#frame;
    if (frame === undefined) throw damaged("a scan before its frame");
    if (++this.#scans > MOST_SCANS) throw unsupported(`more than ${MOST_SCANS} scans`);
    const scan = openScan(payload, frame, this.#tables);
    if (scan.scanned.length === frame.components.length) this.#interval = this.#tables.interval;
    this.#at = readScan(this.#bytes, this.#at, frame, scan, this.#tables.interval);
  }

  /** Bytes between segments are passed over, as every reader does. */
  #marker(): number {
    const bytes = this.#bytes;
    let at = bytes.indexOf(0xff, this.#at);
    while (at >= 0 && (bytes[at + 1] === 0 || bytes[at + 1] === 0xff)) at = bytes.indexOf(0xff, at + 1);
    const marker = at < 0 ? undefined : bytes[at + 1];
    if (marker === undefined) throw damaged("a file that ends early");
    this.#at = at + 2;
    return marker;
  }

  #payload(): Uint8Array {
    const [high = 0, low = 0] = this.#bytes.subarray(this.#at, this.#at + 2);
    const length = (high << 8) | low;
    if (length < 2 || this.#at + length > this.#bytes.length) throw damaged("a segment that ends early");
    const payload = this.#bytes.subarray(this.#at + 2, this.#at + length);
    this.#at += length;
    return payload;
  }
}

/** Markers of processes that are not read (T.81 table B.1). */
function refuseOther(marker: number): void {
  if (marker === 0xc3) throw unsupported("a lossless one");
  if ((marker >= 0xc5 && marker <= 0xc7) || marker === 0xde) throw unsupported("a hierarchical one");
  if (marker >= 0xc9 && marker <= 0xcf) throw unsupported("arithmetic coding");
  if (marker === 0xdc) throw unsupported("a height that comes behind the picture");
}

function isFrame(marker: number): boolean {
  return marker === MARKER.sequential || marker === MARKER.extended || marker === MARKER.progressive;
}

function isDescription(marker: number): boolean {
  return marker === MARKER.comment || (marker >= MARKER.app0 && marker <= MARKER.app15);
}
