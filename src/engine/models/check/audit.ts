/** Weights that are looked at instead of read: whoever asks for a tensor gets one, and what was wrong about it is noted.
 * So the graphs themselves say what a model needs, and everything that is wrong is said at once. */
import { basename, join } from "node:path";
import { EditError } from "../../../errors.ts";
import { DTYPE_BYTES, isWeightDtype } from "../../weights/dtypes.ts";
import { openSafetensors, type SafetensorsFile, type TensorEntry } from "../../weights/safetensors.ts";
import { readShardIndex, shapeText, type WeightRef, type WeightSource, weightsPath } from "../../weights/source.ts";
import { isTorchFile, torchRefs } from "../../weights/torch-file.ts";

export interface Problem {
  readonly type: "missing" | "unexpected" | "shape" | "unreadable";
  /** The tensor, where it is about one. */
  readonly tensor?: string;
  readonly message: string;
}

/** What was found in a part's files; headers only are read. */
export interface Audit {
  /** The file, index or folder that was named. */
  readonly path: string;
  readonly files: readonly string[];
  readonly refs: ReadonlyMap<string, WeightRef>;
  /** Element type → elements. */
  readonly dtypes: ReadonlyMap<string, number>;
  /** Bytes of all tensors as stored. */
  readonly bytes: number;
  readonly problems: Problem[];
}

/** Never throws for what is wrong with the files: that is among the problems. */
export async function auditFiles(fileOrDir: string): Promise<Audit> {
  const found: Found = { files: [], refs: new Map(), dtypes: new Map(), bytes: 0, problems: [] };
  try {
    const path = await weightsPath(fileOrDir);
    if (path.endsWith(".json")) await addShards(path, found);
    else await addFile(path, found);
  } catch (error) {
    found.problems.push(unreadable(error));
  }
  return { path: fileOrDir, ...found };
}

interface Found {
  readonly files: string[];
  readonly refs: Map<string, WeightRef>;
  readonly dtypes: Map<string, number>;
  bytes: number;
  readonly problems: Problem[];
}

/** What index and shards say about each other is checked both ways; a shard that cannot be opened hides no other. */
async function addShards(indexPath: string, found: Found): Promise<void> {
  const index = await readShardIndex(indexPath);
  for (const shard of [...new Set(Object.values(index))].sort()) {
    const named = Object.keys(index).filter((name) => index[name] === shard);
    if (shard !== basename(shard)) {
      found.problems.push({ type: "unreadable", message: `expected shards beside the index, found "${shard}"` });
      continue;
    }
    const there = await addFile(join(indexPath, "..", shard), found, (name) => index[name] === shard);
    const missing = there === undefined ? [] : named.filter((name) => !there.has(name));
    for (const tensor of missing) {
      found.problems.push({ type: "missing", tensor, message: `${tensor}: the index names ${shard}, which has none` });
    }
  }
}

/** The names in the file, undefined where it cannot be opened. `wanted` leaves tensors out, and says so. */
async function addFile(
  path: string,
  found: Found,
  wanted: (name: string) => boolean = () => true,
): Promise<ReadonlySet<string> | undefined> {
  found.files.push(path);
  try {
    if (isTorchFile(path)) {
      const refs = await torchRefs(path);
      for (const [name, ref] of refs) add(name, ref, ref.dtype, found);
      return new Set(refs.keys());
    }
    const file = await openSafetensors(path);
    for (const entry of file.tensors.values()) {
      if (wanted(entry.name)) addEntry(file, entry, found);
      else notInIndex(entry, path, found);
    }
    return new Set(file.tensors.keys());
  } catch (error) {
    found.problems.push(unreadable(error));
    return undefined;
  }
}

function notInIndex({ name }: TensorEntry, path: string, found: Found): void {
  const message = `${name}: in ${basename(path)}, but the index does not say so`;
  found.problems.push({ type: "unexpected", tensor: name, message });
}

/** Integers are no weights; floats of widths that are not read are present all the same, and a problem. */
function addEntry(file: SafetensorsFile, entry: TensorEntry, found: Found): void {
  const { name, dtype, shape, offset, length } = entry;
  const readable = isWeightDtype(dtype);
  if (!readable && !/^F\d/.test(dtype)) return;
  if (!readable) {
    const message = `${name}: expected F32, F16 or BF16, found ${dtype}`;
    found.problems.push({ type: "unreadable", tensor: name, message });
  }
  const kind = readable ? dtype : "F32"; // never read
  add(
    name,
    { name, dtype: kind, shape, parts: [{ file: file.path, dtype: kind, shape, offset, length }] },
    dtype,
    found,
  );
}

function add(name: string, ref: WeightRef, dtype: keyof typeof DTYPE_BYTES, found: Found): void {
  const count = elements(ref.shape);
  found.refs.set(name, ref);
  found.dtypes.set(dtype, (found.dtypes.get(dtype) ?? 0) + count);
  found.bytes += count * DTYPE_BYTES[dtype];
}

export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export interface AuditedSource {
  readonly source: WeightSource;
  /** Call when everything has been asked for: notes the tensors that nothing asked for, but for those `spared`. */
  finish(spared?: RegExp): void;
}

/** `covered` names are part of a problem that is noted already. `fileName` says what a tensor is called in the file. */
export function auditedSource(
  audit: Audit,
  refs: ReadonlyMap<string, WeightRef>,
  {
    covered = [],
    fileName = (name) => name,
  }: { covered?: readonly string[]; fileName?: (name: string) => string } = {},
): AuditedSource {
  const asked = new Set<string>();
  const { problems } = audit;
  const silent = new Set([...covered, ...problems.map(({ tensor }) => tensor)]);
  const shown = (name: string) => (fileName(name) === name ? name : `${name} (in the file: ${fileName(name)})`);
  const expectShape = (name: string, shape: readonly number[]): WeightRef => {
    const ref = refs.get(name);
    const noted = asked.has(name) || silent.has(name);
    asked.add(name);
    if (ref !== undefined && shapeText(ref.shape) === shapeText(shape)) return ref;
    if (!noted && ref === undefined) {
      problems.push({ type: "missing", tensor: name, message: `${shown(name)} ${shapeText(shape)}` });
    } else if (!noted && ref !== undefined) {
      const message = `${shown(name)}: expected ${shapeText(shape)}, found ${shapeText(ref.shape)}`;
      problems.push({ type: "shape", tensor: name, message });
    }
    return { name, dtype: "F32", shape, parts: [] };
  };
  const get = (name: string): WeightRef => {
    const ref = refs.get(name);
    if (ref !== undefined) return ref;
    throw new EditError("checkpoint-invalid", `expected tensor "${shown(name)}", it is missing`);
  };
  const finish = (spared?: RegExp) => {
    for (const [name, ref] of refs) {
      if (asked.has(name) || spared?.test(name)) continue;
      problems.push({ type: "unexpected", tensor: name, message: `${name} ${shapeText(ref.shape)}` });
    }
  };
  const source = {
    path: audit.path,
    has: (name: string) => refs.has(name),
    names: () => [...refs.keys()],
    get,
    expectShape,
  };
  return { source, finish };
}

export function unreadable(error: unknown): Problem {
  return { type: "unreadable", message: error instanceof Error ? error.message : String(error) };
}
