/** Named weights as slices of safetensors files, so that a graph can point into the files instead of copying them. */
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { EditError } from "../../errors.ts";
import { fileBytes } from "./byte-source.ts";
import { isWeightDtype } from "./dtypes.ts";
import type { WeightRef, WeightSlice } from "./refs.ts";
import { openSafetensors, readFloats, type SafetensorsFile, type TensorEntry } from "./safetensors.ts";
import { isTorchFile, torchRefs } from "./torch-file.ts";

export type { WeightRef, WeightSlice } from "./refs.ts";

export interface WeightSource {
  /** What the source was opened from, for messages. */
  readonly path: string;
  has(name: string): boolean;
  names(): string[];
  /** Throws `checkpoint-invalid` for a missing tensor. */
  get(name: string): WeightRef;
  /** `get` that also throws `checkpoint-invalid` when the shape is another. */
  expectShape(name: string, shape: readonly number[]): WeightRef;
}

export type WeightOpener = (fileOrDir: string) => Promise<WeightSource>;

/** Opens a safetensors file, a `*.index.json` of shards, a folder that holds one of them, or a file that torch.save wrote,
 * under the file's own names. */
export async function openWeights(fileOrDir: string): Promise<WeightSource> {
  return weightSource(fileOrDir, await openRefs(fileOrDir));
}

/**
 * All F32, F16 and BF16 tensors by their names in the file. Integers (position ids and the like) are left out, floats of
 * other widths (quantised checkpoints) are refused with `checkpoint-invalid`.
 */
export async function openRefs(fileOrDir: string): Promise<Map<string, WeightRef>> {
  const path = await weightsPath(fileOrDir);
  if (path.endsWith(".json")) return shardRefs(path);
  if (isTorchFile(path)) return torchRefs(path);
  const file = await openSafetensors(path);
  return new Map([...file.tensors.values()].flatMap((entry) => entryRefs(file, entry)));
}

export function weightSource(path: string, refs: ReadonlyMap<string, WeightRef>): WeightSource {
  const get = (name: string): WeightRef => {
    const ref = refs.get(name);
    if (!ref) throw new EditError("checkpoint-invalid", `${path}: expected tensor "${name}", it is missing`);
    return ref;
  };
  return {
    path,
    has: (name) => refs.has(name),
    names: () => [...refs.keys()],
    get,
    expectShape(name, shape) {
      const ref = get(name);
      if (shapeText(ref.shape) === shapeText(shape)) return ref;
      const found = `found ${shapeText(ref.shape)}`;
      throw new EditError(
        "checkpoint-invalid",
        `${path}: tensor "${name}": expected shape ${shapeText(shape)}, ${found}`,
      );
    },
  };
}

/** The values of a weight as float32, row-major. */
export async function readWeight(ref: WeightRef): Promise<Float32Array<ArrayBuffer>> {
  const parts = await Promise.all(ref.parts.map(readSlice));
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Rows [begin, end) of a ref of one part: bytes in the file, since rows are contiguous. */
export function sliceRows(ref: WeightRef, name: string, begin: number, end: number): WeightRef {
  const [part] = ref.parts;
  const [rows, ...rest] = ref.shape;
  if (!part || ref.parts.length !== 1 || rows === undefined || begin < 0 || begin > end || end > rows) {
    throw new TypeError(`Expected rows within ${shapeText(ref.shape)} of one part, got ${begin}..${end}`);
  }
  const rowBytes = rows === 0 ? 0 : part.length / rows;
  const shape = [end - begin, ...rest];
  const slice = { ...part, shape, offset: part.offset + begin * rowBytes, length: (end - begin) * rowBytes };
  return { name, dtype: ref.dtype, shape, parts: [slice] };
}

async function readSlice(slice: WeightSlice): Promise<Float32Array<ArrayBuffer>> {
  return readFloats(await fileBytes(slice.file), slice.dtype, slice.offset, slice.length);
}

function entryRefs(file: SafetensorsFile, entry: TensorEntry): [string, WeightRef][] {
  const { name, dtype, shape, offset, length } = entry;
  if (!isWeightDtype(dtype)) {
    if (!/^F\d/.test(dtype)) return [];
    const problem = `tensor "${name}": expected F32, F16 or BF16, found ${dtype}`;
    throw new EditError("checkpoint-invalid", `${file.path}: ${problem}`);
  }
  return [[name, { name, dtype, shape, parts: [{ file: file.path, dtype, shape, offset, length }] }]];
}

/** The file itself, or the one file or index that a folder holds. Throws `checkpoint-invalid`. */
export async function weightsPath(fileOrDir: string): Promise<string> {
  const found = await stat(fileOrDir).catch((cause: unknown) => {
    throw new EditError("checkpoint-invalid", `Expected weights at ${fileOrDir}, nothing is there`, { cause });
  });
  if (!found.isDirectory()) return fileOrDir;
  const names = (await readdir(fileOrDir)).sort();
  const index = names.filter((name) => name.endsWith(".safetensors.index.json"));
  const single = names.filter((name) => name.endsWith(".safetensors"));
  const [choice, ...others] = index.length > 0 ? index : single;
  if (choice !== undefined && others.length === 0) return join(fileOrDir, choice);
  const what = choice === undefined ? "none" : [choice, ...others].join(", ");
  throw new EditError("checkpoint-invalid", `${fileOrDir}: expected one .safetensors file or one index, found ${what}`);
}

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

async function shardRefs(indexPath: string): Promise<Map<string, WeightRef>> {
  const map = await readShardIndex(indexPath);
  const files = new Map<string, SafetensorsFile>();
  for (const shard of new Set(Object.values(map))) {
    if (shard !== basename(shard)) {
      throw new EditError("checkpoint-invalid", `${indexPath}: expected shards beside the index, found "${shard}"`);
    }
    files.set(shard, await openSafetensors(join(indexPath, "..", shard)));
  }
  return new Map(
    Object.entries(map).flatMap(([name, shard]) => {
      const file = files.get(shard);
      const entry = file?.tensors.get(name);
      if (file && entry) return entryRefs(file, entry);
      throw new EditError("checkpoint-invalid", `${indexPath}: expected tensor "${name}" in ${shard}, it is missing`);
    }),
  );
}

/** Tensor name → shard. Throws `checkpoint-invalid`. */
export async function readShardIndex(path: string): Promise<Record<string, string>> {
  try {
    return indexSchema.parse(JSON.parse(await readFile(path, "utf8"))).weight_map;
  } catch (cause) {
    throw new EditError("checkpoint-invalid", `${path}: expected JSON with a "weight_map" of tensor name to shard`, {
      cause,
    });
  }
}

export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}
