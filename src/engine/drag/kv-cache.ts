/** Keys and values of the inversion's passes, in the order of the passes. Sampling reads them from the last to the first,
 * so what does not fit the memory budget goes to disk from the first on. */
import { mkdir, mkdtemp, open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { KeysValues } from "../models/flux.ts";
import { fileBytes } from "../weights/byte-source.ts";
import { bfloatToFloat, halfToFloat } from "../weights/dtypes.ts";
import { floatToBfloat, floatToHalf, HALF_MAX } from "../weights/half.ts";

export const KV_PRECISIONS = ["fp32", "16-bit"] as const;
export type KvPrecision = (typeof KV_PRECISIONS)[number];

export interface KvCacheOptions {
  /** "16-bit": IEEE half, or bfloat16 for a tensor with values beyond a half's range. Default "fp32". */
  readonly precision?: KvPrecision;
  /** Bytes kept in memory. Default: no limit. */
  readonly budget?: number;
  /** Folder (made when needed) for what exceeds the budget; without one nothing is moved. */
  readonly dir?: string;
}

type Coding = "F32" | "F16" | "BF16";
interface Stored {
  readonly name: string;
  readonly shape: readonly number[];
  readonly coding: Coding;
  readonly bytes: Uint8Array;
}
type Spilled = {
  readonly path: string;
  readonly tensors: readonly (Omit<Stored, "bytes"> & { readonly length: number })[];
};

export class KvCache {
  readonly #options: KvCacheOptions;
  readonly #passes: (readonly Stored[] | Spilled)[] = [];
  #folder: string | undefined;
  #inMemory = 0;

  constructor(options: KvCacheOptions = {}) {
    this.#options = options;
  }

  get length(): number {
    return this.#passes.length;
  }

  /** Bytes in memory now. */
  get bytes(): number {
    return this.#inMemory;
  }

  async add(pass: KeysValues): Promise<void> {
    const stored = Object.entries(pass).map(([name, { shape, data }]) => {
      return { name, shape, ...encode(data, this.#options.precision ?? "fp32") };
    });
    this.#passes.push(stored);
    this.#inMemory += bytesOf(stored);
    const { budget = Number.POSITIVE_INFINITY, dir } = this.#options;
    // The last pass stays: the drag loop reads it in every iteration.
    for (let i = 0; dir !== undefined && this.#inMemory > budget && i + 1 < this.#passes.length; i++) {
      await this.#spill(i, dir);
    }
  }

  /** Throws RangeError for a pass that was never added. */
  async get(index: number): Promise<KeysValues> {
    const pass = this.#passes[index];
    if (pass === undefined) throw new RangeError(`Expected a pass below ${this.length}, got ${index}`);
    const stored = isSpilled(pass) ? await readBack(pass) : pass;
    return Object.fromEntries(
      stored.map(({ name, shape, coding, bytes }) => [name, { shape, data: decode(coding, bytes) }]),
    );
  }

  /** Forgets everything and removes its files. */
  async close(): Promise<void> {
    this.#passes.length = 0;
    this.#inMemory = 0;
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }

  async #spill(index: number, dir: string): Promise<void> {
    const pass = this.#passes[index];
    if (pass === undefined || isSpilled(pass)) return;
    await mkdir(dir, { recursive: true });
    this.#folder ??= await mkdtemp(join(dir, "kv-"));
    const path = join(this.#folder, String(index));
    await writeAll(
      path,
      pass.map(({ bytes }) => bytes),
    );
    this.#passes[index] = { path, tensors: pass.map(({ bytes, ...rest }) => ({ ...rest, length: bytes.length })) };
    this.#inMemory -= bytesOf(pass);
  }
}

function isSpilled(pass: readonly Stored[] | Spilled): pass is Spilled {
  return "path" in pass;
}

function bytesOf(stored: readonly Stored[]): number {
  return stored.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

async function writeAll(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    for (const part of parts) await file.writeFile(part); // from the current position on
  } finally {
    await file.close();
  }
}

async function readBack({ path, tensors }: Spilled): Promise<Stored[]> {
  const source = await fileBytes(path);
  const out: Stored[] = [];
  let at = 0;
  for (const { length, ...rest } of tensors) {
    const bytes = new Uint8Array(length);
    await source.read(bytes, at);
    out.push({ ...rest, bytes });
    at += length;
  }
  return out;
}

function encode(data: Float32Array, precision: KvPrecision): Pick<Stored, "coding" | "bytes"> {
  if (precision === "fp32")
    return { coding: "F32", bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
  const coding = data.some((value) => Math.abs(value) > HALF_MAX) ? "BF16" : "F16";
  const halves = coding === "F16" ? floatToHalf(data) : floatToBfloat(data);
  return { coding, bytes: new Uint8Array(halves.buffer) };
}

function decode(coding: Coding, { buffer, byteOffset, length }: Uint8Array): Float32Array {
  if (coding === "F32") return new Float32Array(buffer, byteOffset, length / 4);
  const halves = new Uint16Array(buffer, byteOffset, length / 2);
  return coding === "F16" ? halfToFloat(halves) : bfloatToFloat(halves);
}
