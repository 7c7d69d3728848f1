/** Where the stored (uncompressed) files of a zip archive lie: enough for torch's containers, whose tensors are then read
 * in place. Zip64 included; every number is checked against the archive's size. Format: PKWARE APPNOTE 4.3. */
import { EditError } from "../../errors.ts";
import type { ByteSource } from "./byte-source.ts";

export interface ZipEntry {
  readonly name: string;
  /** First byte of the file's data. */
  readonly offset: number;
  readonly length: number;
}

const END = { signature: 0x06054b50, size: 22, longestComment: 0xffff };
const LOCATOR = { signature: 0x07064b50, size: 20 };
const END64 = { signature: 0x06064b50, size: 56 };
const CENTRAL = { signature: 0x02014b50, size: 46 };
const LOCAL = { signature: 0x04034b50, size: 30 };
const ZIP64_FIELD = 1;
const MAX_DIRECTORY_BYTES = 100_000_000;
/** One for each tensor and some more; each costs a look at its header. */
const MOST_ENTRIES = 20_000;
/** Longer ones, which torch never writes, are cut: they may then be one another's double and are refused. */
const LONGEST_NAME = 500;
/** Stands for a number that is in the zip64 field. */
const IN_ZIP64 = 0xffffffff;

/** Throws `checkpoint-invalid` for what is no zip archive, is damaged, compressed or encrypted. */
export async function readZipEntries(source: ByteSource): Promise<ReadonlyMap<string, ZipEntry>> {
  const { offset, length } = await directory(source);
  if (length > MAX_DIRECTORY_BYTES || offset + length > source.size) {
    throw invalid(source, `expected a directory inside ${source.size} bytes, found ${length} at ${offset}`);
  }
  const view = await bytesAt(source, offset, length);
  const entries = new Map<string, ZipEntry>();
  for (let at = 0; at + CENTRAL.size <= length; ) {
    const { entry, headerAt, next } = centralEntry(source, view, at);
    if (entries.size >= MOST_ENTRIES) throw invalid(source, `expected at most ${MOST_ENTRIES} files, found more`);
    if (entries.has(entry.name)) throw invalid(source, `expected each file once, found "${entry.name}" again`);
    entries.set(entry.name, { ...entry, offset: await dataOffset(source, entry, headerAt) });
    at = next;
  }
  return entries;
}

async function directory(source: ByteSource): Promise<{ offset: number; length: number }> {
  const tail = Math.min(source.size, END.size + END.longestComment);
  const view = await bytesAt(source, source.size - tail, tail);
  for (let at = tail - END.size; at >= 0; at--) {
    if (view.getUint32(at, true) !== END.signature || view.getUint16(at + 20, true) !== tail - at - END.size) continue;
    const locator = at - LOCATOR.size;
    if (locator >= 0 && view.getUint32(locator, true) === LOCATOR.signature) {
      return directory64(source, big(source, view, locator + 8));
    }
    return { length: view.getUint32(at + 12, true), offset: view.getUint32(at + 16, true) };
  }
  throw invalid(source, "expected a zip archive, found no directory at its end");
}

async function directory64(source: ByteSource, at: number): Promise<{ offset: number; length: number }> {
  if (at + END64.size > source.size) throw invalid(source, `expected a directory inside the file, found it at ${at}`);
  const view = await bytesAt(source, at, END64.size);
  if (view.getUint32(0, true) !== END64.signature) throw invalid(source, "expected the zip64 directory's signature");
  return { length: big(source, view, 40), offset: big(source, view, 48) };
}

/** One record of the directory. */
function centralEntry(source: ByteSource, view: DataView, at: number) {
  if (view.getUint32(at, true) !== CENTRAL.signature)
    throw invalid(source, "expected a file's record in the directory");
  const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
  const [nameLength, extraLength] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true)];
  const extraAt = at + CENTRAL.size + nameLength;
  const next = extraAt + extraLength + view.getUint16(at + 32, true);
  if (next > view.byteLength) throw invalid(source, "expected whole records in the directory");
  const name = textAt(view, at + CENTRAL.size, nameLength);
  if ((flags & 1) !== 0 || method !== 0) {
    throw invalid(source, `expected "${name}" to be stored as it is, found it compressed or encrypted`);
  }
  const wide = zip64(source, view, extraAt, extraLength);
  // The field holds, in this order, those of the numbers that do not fit their place.
  const number = (place: number) => (view.getUint32(place, true) === IN_ZIP64 ? wide() : view.getUint32(place, true));
  const length = number(at + 24);
  if (number(at + 20) !== length) throw invalid(source, `expected "${name}" to be stored, found two sizes`);
  return { entry: { name, length }, headerAt: number(at + 42), next };
}

function zip64(source: ByteSource, view: DataView, at: number, length: number): () => number {
  for (let field = at; field + 4 <= at + length; field += 4 + view.getUint16(field + 2, true)) {
    if (view.getUint16(field, true) !== ZIP64_FIELD) continue;
    const end = Math.min(field + 4 + view.getUint16(field + 2, true), at + length);
    let next = field + 4;
    return () => {
      if (next + 8 > end) throw invalid(source, "expected a longer zip64 field");
      next += 8;
      return big(source, view, next - 8);
    };
  }
  return () => {
    throw invalid(source, "expected a zip64 field");
  };
}

/** The local header repeats the name and has extra fields of its own (torch aligns data with them). */
async function dataOffset(source: ByteSource, { name, length }: Omit<ZipEntry, "offset">, at: number): Promise<number> {
  if (at + LOCAL.size > source.size) throw invalid(source, `expected "${name}" inside the file`);
  const view = await bytesAt(source, at, LOCAL.size);
  if (view.getUint32(0, true) !== LOCAL.signature) throw invalid(source, `expected the header of "${name}" at ${at}`);
  const offset = at + LOCAL.size + view.getUint16(26, true) + view.getUint16(28, true);
  if (offset + length > source.size) throw invalid(source, `expected "${name}" inside the file`);
  return offset;
}

async function bytesAt(source: ByteSource, offset: number, length: number): Promise<DataView> {
  const bytes = new Uint8Array(length);
  await source.read(bytes, offset);
  return new DataView(bytes.buffer);
}

function textAt(view: DataView, at: number, length: number): string {
  return new TextDecoder().decode(new Uint8Array(view.buffer, at, Math.min(length, LONGEST_NAME)));
}

function big(source: ByteSource, view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value <= BigInt(source.size)) return Number(value);
  throw invalid(source, `expected numbers up to the file's ${source.size} bytes, found ${value}`);
}

function invalid({ path }: ByteSource, problem: string): EditError {
  return new EditError("checkpoint-invalid", `${path}: ${problem}`);
}
