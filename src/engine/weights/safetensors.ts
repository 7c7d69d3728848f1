/** Safetensors files: named tensors behind a JSON header. Reading copies one tensor at a time. */

import { EditError } from "../../errors.ts";
import { writeWhole } from "../write-whole.ts";
import { type ByteSource, fileBytes, memoryBytes } from "./byte-source.ts";
import { bfloatToFloat, DTYPE_BYTES, type Dtype, halfToFloat, isWeightDtype, type WeightDtype } from "./dtypes.ts";
import { readHeader, type TensorEntry } from "./safetensors-header.ts";

export type { TensorEntry } from "./safetensors-header.ts";

export interface SafetensorsFile {
  readonly path: string;
  /** Size of the file in bytes. */
  readonly bytes: number;
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  readonly metadata: Readonly<Record<string, string>>;
  /** F32, F16 and BF16 as float32, row-major. Throws `checkpoint-invalid` for a missing name or another dtype. */
  read(name: string): Promise<Float32Array<ArrayBuffer>>;
}

/** Validates the header; no tensor is read yet. Throws `checkpoint-invalid`. */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  return openSource(await fileBytes(path));
}

/** The same for bytes in memory; `path` only names them in messages. */
export async function readSafetensorsBuffer(bytes: Uint8Array, path = "memory"): Promise<SafetensorsFile> {
  return openSource(memoryBytes(path, bytes));
}

async function openSource(source: ByteSource): Promise<SafetensorsFile> {
  const { tensors, metadata } = await readHeader(source);
  const { path, size } = source;
  return { path, bytes: size, tensors, metadata, read: (name) => readTensor(source, tensors, name) };
}

async function readTensor(
  source: ByteSource,
  tensors: ReadonlyMap<string, TensorEntry>,
  name: string,
): Promise<Float32Array<ArrayBuffer>> {
  const entry = tensors.get(name);
  if (!entry) throw new EditError("checkpoint-invalid", `${source.path}: expected tensor "${name}", it is missing`);
  const { dtype, offset, length } = entry;
  if (!isWeightDtype(dtype)) {
    throw new EditError(
      "checkpoint-invalid",
      `${source.path}: tensor "${name}": expected F32, F16 or BF16, found ${dtype}`,
    );
  }
  return readFloats(source, dtype, offset, length);
}

/** `length` bytes of `dtype` at `offset`, converted to float32. */
export async function readFloats(
  source: ByteSource,
  dtype: WeightDtype,
  offset: number,
  length: number,
): Promise<Float32Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  await source.read(bytes, offset);
  if (dtype === "F32") return new Float32Array(bytes.buffer);
  const halves = new Uint16Array(bytes.buffer);
  return dtype === "F16" ? halfToFloat(halves) : bfloatToFloat(halves);
}

/** Floats are stored as F32; raw bytes keep the given dtype. */
export type TensorData =
  | { readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly shape: readonly number[]; readonly dtype: Dtype; readonly bytes: Uint8Array };

/** Writes the whole file or nothing. Throws `TypeError` when data does not fill its shape. */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, TensorData> | Record<string, TensorData>,
  metadata: Record<string, string> = {},
): Promise<void> {
  await writeWhole(path, encodeSafetensors(tensors, metadata));
}

/** The bytes of a safetensors file; the header is padded so that data begins at a multiple of 8. */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, TensorData> | Record<string, TensorData>,
  metadata: Record<string, string> = {},
): Uint8Array {
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  const blocks: Uint8Array[] = [];
  let at = 0;
  for (const [name, tensor] of tensors instanceof Map ? tensors : Object.entries(tensors)) {
    const { dtype, bytes } = encoded(name, tensor);
    header[name] = { dtype, shape: tensor.shape, data_offsets: [at, at + bytes.length] };
    blocks.push(bytes);
    at += bytes.length;
  }
  const json = Buffer.from(JSON.stringify(header));
  const text = Buffer.concat([json, Buffer.alloc((8 - (json.length % 8)) % 8, " ")]);
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([prefix, text, ...blocks]);
}

function encoded(name: string, tensor: TensorData): { dtype: Dtype; bytes: Uint8Array } {
  const { dtype, bytes } =
    "data" in tensor
      ? {
          dtype: "F32" as const,
          bytes: new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength),
        }
      : tensor;
  const expected = tensor.shape.reduce((product, size) => product * size, DTYPE_BYTES[dtype]);
  if (bytes.length !== expected) {
    throw new TypeError(`Tensor "${name}" [${tensor.shape.join(", ")}] needs ${expected} bytes, got ${bytes.length}`);
  }
  return { dtype, bytes };
}
