/** Reads the header of a safetensors file and believes none of it: every number is checked against the file's size. */
import { EditError } from "../../errors.ts";
import { glimpse } from "../json-size.ts";
import type { ByteSource } from "./byte-source.ts";
import { DTYPE_BYTES, type Dtype, isDtype } from "./dtypes.ts";

export interface TensorEntry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** First byte, counted from the start of the file. */
  readonly offset: number;
  readonly length: number;
}

export interface SafetensorsHeader {
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The limit of the reference implementation. */
const MAX_HEADER_BYTES = 100_000_000;
const PREFIX_BYTES = 8;
/** As many as numpy's arrays may have; no weight has more than five. */
const MOST_AXES = 64;

/** Layout: u64 little-endian header length, JSON header, data. Throws `checkpoint-invalid` on any violation. */
export async function readHeader(source: ByteSource): Promise<SafetensorsHeader> {
  const length = await headerLength(source);
  const bytes = new Uint8Array(length);
  await source.read(bytes, PREFIX_BYTES);
  const header = parseObject(source.path, bytes);
  const dataStart = PREFIX_BYTES + length;
  const tensors = new Map<string, TensorEntry>();
  for (const [name, value] of Object.entries(header)) {
    if (name !== "__metadata__") tensors.set(name, tensorEntry(source, name, value, dataStart));
  }
  checkContiguous(source, tensors, dataStart);
  return { tensors, metadata: metadataOf(source.path, header.__metadata__) };
}

async function headerLength(source: ByteSource): Promise<number> {
  const { path, size } = source;
  if (size < PREFIX_BYTES) throw invalid(path, `expected at least ${PREFIX_BYTES} bytes, found ${size}`);
  const prefix = new Uint8Array(PREFIX_BYTES);
  await source.read(prefix, 0);
  const claimed = new DataView(prefix.buffer).getBigUint64(0, true);
  const limit = Math.min(size - PREFIX_BYTES, MAX_HEADER_BYTES);
  if (claimed > BigInt(limit)) {
    throw invalid(
      path,
      `expected a header of at most ${limit} bytes in a file of ${size}, found a length of ${claimed}`,
    );
  }
  return Number(claimed);
}

function parseObject(path: string, bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw invalid(path, "expected a header of UTF-8 JSON, found bytes that are not", cause);
  }
  if (!isRecord(header)) throw invalid(path, `expected a JSON object as header, found ${kindOf(header)}`);
  return header;
}

function tensorEntry(source: ByteSource, name: string, value: unknown, dataStart: number): TensorEntry {
  const fail = (problem: string) => invalid(source.path, `tensor "${name.slice(0, 200)}": ${problem}`);
  if (!isRecord(value)) throw fail(`expected an object with dtype, shape and data_offsets, found ${kindOf(value)}`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== "string" || !isDtype(dtype)) {
    throw fail(`expected a dtype of ${Object.keys(DTYPE_BYTES).join(", ")}, found ${shown(dtype)}`);
  }
  if (!isSizes(shape) || shape.length > MOST_AXES) {
    throw fail(`expected a shape of at most ${MOST_AXES} non-negative integers, found ${shown(shape)}`);
  }
  if (!isSizes(offsets) || offsets.length !== 2) {
    throw fail(`expected data_offsets [begin, end], found ${shown(offsets)}`);
  }
  const [begin = 0, end = 0] = offsets;
  const available = source.size - dataStart;
  if (begin > end || end > available) {
    throw fail(`expected data_offsets in order within ${available} bytes of data, found [${begin}, ${end}]`);
  }
  // In floating point an overflowing product only grows, so it can never equal a length inside the file.
  const length = shape.reduce((product, size) => product * size, DTYPE_BYTES[dtype]);
  if (end - begin !== length) {
    throw fail(`expected ${length} bytes for ${dtype} [${shape.join(", ")}], found ${end - begin}`);
  }
  return { name, dtype, shape, offset: dataStart + begin, length };
}

/** The format leaves no byte of the data unowned and none owned twice. */
function checkContiguous(source: ByteSource, tensors: ReadonlyMap<string, TensorEntry>, dataStart: number): void {
  const ordered = [...tensors.values()].sort((a, b) => a.offset - b.offset || a.length - b.length);
  let at = dataStart;
  for (const { name, offset, length } of ordered) {
    if (offset !== at) {
      const problem = offset < at ? "overlaps the tensor before it" : "leaves a hole before it";
      throw invalid(
        source.path,
        `tensor "${name.slice(0, 200)}" ${problem}: expected it to begin at byte ${at}, found ${offset}`,
      );
    }
    at += length;
  }
  if (at !== source.size) throw invalid(source.path, `expected the file to end at byte ${at}, found ${source.size}`);
}

function metadataOf(path: string, value: unknown): Record<string, string> {
  if (value === undefined) return {};
  if (!isRecord(value)) throw invalid(path, `expected "__metadata__" to be an object, found ${kindOf(value)}`);
  const strings: Record<string, string> = Object.create(null);
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string") {
      throw invalid(path, `expected a string at "__metadata__" key "${key.slice(0, 200)}", found ${kindOf(text)}`);
    }
    strings[key] = text;
  }
  return strings;
}

function shown(value: unknown): string {
  return JSON.stringify(glimpse(value)) ?? "nothing";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
}

function invalid(path: string, problem: string, cause?: unknown): EditError {
  return new EditError("checkpoint-invalid", `${path}: ${problem}`, cause === undefined ? {} : { cause });
}
