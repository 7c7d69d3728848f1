/** Tensors of a file that torch.save wrote: a zip archive with a pickle that names storages, and the storages beside it.
 * Nothing is executed and nothing is copied: a tensor is a slice of the file. */
import { EditError } from "../../errors.ts";
import { type ByteSource, fileBytes } from "./byte-source.ts";
import { DTYPE_BYTES, type WeightDtype } from "./dtypes.ts";
import { type PickleClass, PickleName, readPickle } from "./pickle.ts";
import type { WeightRef } from "./refs.ts";
import { readZipEntries, type ZipEntry } from "./zip-entries.ts";

const EXTENSIONS = [".bin", ".pt", ".pth", ".ckpt"];
const MAX_PICKLE_BYTES = 100_000_000;
const MOST_AXES = 64;

export function isTorchFile(path: string): boolean {
  return EXTENSIONS.some((extension) => path.toLowerCase().endsWith(extension));
}

/** Storage classes of weights; those of integers are known but their tensors are left out, as everywhere. */
const STORAGES: Readonly<Record<string, WeightDtype | "integer">> = {
  "torch FloatStorage": "F32",
  "torch HalfStorage": "F16",
  "torch BFloat16Storage": "BF16",
  "torch LongStorage": "integer",
  "torch IntStorage": "integer",
  "torch ByteStorage": "integer",
  "torch BoolStorage": "integer",
};

interface Storage {
  readonly dtype: WeightDtype | "integer";
  readonly key: string;
}

class TorchTensor {
  readonly storage: Storage;
  readonly start: number;
  readonly shape: readonly number[];

  constructor(storage: Storage, start: number, shape: readonly number[]) {
    this.storage = storage;
    this.start = start;
    this.shape = shape;
  }
}

/** All float tensors; nested dictionaries are joined with dots. Throws `checkpoint-invalid` or `pickle-refused`, with the
 * command that converts the file. */
export async function torchRefs(path: string): Promise<Map<string, WeightRef>> {
  const source = await fileBytes(path);
  try {
    return await refsOf(source);
  } catch (cause) {
    if (!(cause instanceof EditError)) throw cause;
    throw new EditError(cause.code, cause.message, { hint: convertHint(path), cause });
  }
}

async function refsOf(source: ByteSource): Promise<Map<string, WeightRef>> {
  const entries = await readZipEntries(source);
  const root = rootOf(source.path, entries);
  await checkByteOrder(source, entries.get(`${root}byteorder`));
  const value = readPickle(await entryBytes(source, entries.get(`${root}data.pkl`)), {
    path: source.path,
    classes: CLASSES,
    persistent: (id) => storageOf(source.path, id),
  });
  const refs = new Map<string, WeightRef>();
  for (const [name, tensor] of flatten(source.path, value, { left: MOST_ENTRIES })) {
    const { dtype, key } = tensor.storage;
    if (dtype !== "integer") refs.set(name, refOf(source.path, name, tensor, dtype, entries.get(`${root}data/${key}`)));
  }
  return refs;
}

/** torch puts everything in one folder, named as the file once was. */
function rootOf(path: string, entries: ReadonlyMap<string, ZipEntry>): string {
  const roots = [...entries.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  const [only] = roots;
  if (only !== undefined && roots.length === 1) return only.slice(0, -"data.pkl".length);
  throw invalid(path, `expected one folder with data.pkl, found ${roots.length}`);
}

/** Old versions wrote no note of it: those files are little-endian. */
async function checkByteOrder(source: ByteSource, entry: ZipEntry | undefined): Promise<void> {
  if (entry === undefined) return;
  const order = new TextDecoder().decode(await entryBytes(source, entry)).trim();
  if (order !== "little") throw invalid(source.path, `expected little-endian numbers, found "${order.slice(0, 20)}"`);
}

async function entryBytes(source: ByteSource, entry: ZipEntry | undefined): Promise<Uint8Array> {
  if (entry === undefined || entry.length > MAX_PICKLE_BYTES) {
    throw invalid(source.path, `expected a description of at most ${MAX_PICKLE_BYTES} bytes, found ${entry?.length}`);
  }
  const bytes = new Uint8Array(entry.length);
  await source.read(bytes, entry.offset);
  return bytes;
}

const CLASSES: Readonly<Record<string, PickleClass>> = {
  "torch._utils _rebuild_tensor_v2": { make: rebuildTensor },
  "torch._utils _rebuild_parameter": { make: ([tensor]) => tensor },
  // The state is what modules note about their versions.
  "collections OrderedDict": { make: () => new Map(), setState: () => {} },
  ...Object.fromEntries(Object.keys(STORAGES).map((name) => [name, {}])),
};

/** Arguments: storage, offset in elements, shape, strides, gradient flag, hooks. */
function rebuildTensor([storage, start, shape, strides]: readonly unknown[]): TorchTensor {
  if (!isStorage(storage) || !isSize(start) || !isSizes(shape) || !isSizes(strides)) {
    throw new EditError("pickle-refused", "Expected a tensor of a storage, an offset, a shape and strides");
  }
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== step) {
      throw new EditError("pickle-refused", `Expected tensors in row-major order, found strides [${strides}]`);
    }
    step *= shape[axis] ?? 1;
  }
  return new TorchTensor(storage, start, shape);
}

/** ("storage", class, key, device, number of elements). */
function storageOf(path: string, id: unknown): Storage {
  const [tag, name, key] = Array.isArray(id) ? id : [];
  const dtype = name instanceof PickleName && Object.hasOwn(STORAGES, name.name) ? STORAGES[name.name] : undefined;
  if (tag === "storage" && dtype !== undefined && typeof key === "string") return { dtype, key };
  throw new EditError("pickle-refused", `${path}: expected a storage of a known number type`);
}

/** A pickle's dictionaries may hold themselves, or one another so often that walking them would never end. */
const MOST_ENTRIES = 200_000;
const MOST_DEEP = 32;

interface Budget {
  left: number;
}

function* flatten(
  path: string,
  value: unknown,
  budget: Budget,
  prefix = "",
  depth = 1,
): Generator<[string, TorchTensor]> {
  if (depth > MOST_DEEP) throw invalid(path, `expected dictionaries at most ${MOST_DEEP} deep, found more`);
  if (!(value instanceof Map))
    throw invalid(path, `expected a dictionary of tensors${prefix ? ` at ${prefix.slice(0, 200)}` : ""}`);
  for (const [key, part] of value) {
    if (budget.left-- <= 0) throw invalid(path, `expected at most ${MOST_ENTRIES} entries, found more`);
    if (part instanceof TorchTensor) yield [`${prefix}${key}`, part];
    else if (part instanceof Map) yield* flatten(path, part, budget, `${prefix}${key}.`, depth + 1);
  }
}

function refOf(
  path: string,
  name: string,
  { start, shape }: TorchTensor,
  dtype: WeightDtype,
  entry: ZipEntry | undefined,
): WeightRef {
  const bytes = DTYPE_BYTES[dtype];
  const length = shape.reduce((product, size) => product * size, bytes);
  const offset = start * bytes;
  if (entry === undefined || offset + length > entry.length) {
    throw invalid(
      path,
      `tensor "${name.slice(0, 200)}": expected ${offset + length} bytes of its storage, found ${entry?.length ?? 0}`,
    );
  }
  return { name, dtype, shape, parts: [{ file: path, dtype, shape, offset: entry.offset + offset, length }] };
}

function isStorage(value: unknown): value is Storage {
  return typeof value === "object" && value !== null && "dtype" in value && "key" in value;
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0; // an integer is a number
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= MOST_AXES && value.every(isSize);
}

function convertHint(path: string): string {
  const target = path.replace(/\.\w+$/, ".safetensors");
  const flatten =
    "flat=lambda d,p='':{k:v for n,x in d.items() for k,v in (flat(x,p+n+'.') if isinstance(x,dict) else {p+n:x}).items()}";
  const save =
    "save_file({k:v.clone().contiguous() for k,v in flat(torch.load(sys.argv[1],map_location='cpu')).items()";
  const script = `import sys,torch;from safetensors.torch import save_file;${flatten};${save} if torch.is_tensor(v)},sys.argv[2])`;
  return `Where torch and safetensors are installed, convert it and place the result instead: python -c "${script}" ${path} ${target}`;
}

function invalid(path: string, problem: string): EditError {
  return new EditError("checkpoint-invalid", `${path}: ${problem}`);
}
