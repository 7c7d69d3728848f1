/** The classes of a pickle that holds numpy arrays, for the restricted reader. */

import type { PickleClass } from "../weights/pickle.ts";
import { pickleRefused } from "../weights/pickle-bytes.ts";

/** Row-major. */
export interface NumpyArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** What `numpy.dtype` and `numpy.ndarray` are until their state arrives. */
interface PendingType {
  code: string;
  bigEndian: boolean;
}
interface PendingArray {
  shape: readonly number[];
  data: Float64Array;
}

const READ: Readonly<Record<string, { bytes: number; at: (view: DataView, offset: number, big: boolean) => number }>> =
  {
    b1: { bytes: 1, at: (view, i) => view.getUint8(i) },
    u1: { bytes: 1, at: (view, i) => view.getUint8(i) },
    i1: { bytes: 1, at: (view, i) => view.getInt8(i) },
    u2: { bytes: 2, at: (view, i, big) => view.getUint16(i, !big) },
    i2: { bytes: 2, at: (view, i, big) => view.getInt16(i, !big) },
    u4: { bytes: 4, at: (view, i, big) => view.getUint32(i, !big) },
    i4: { bytes: 4, at: (view, i, big) => view.getInt32(i, !big) },
    u8: { bytes: 8, at: (view, i, big) => Number(view.getBigUint64(i, !big)) },
    i8: { bytes: 8, at: (view, i, big) => Number(view.getBigInt64(i, !big)) },
    f4: { bytes: 4, at: (view, i, big) => view.getFloat32(i, !big) },
    f8: { bytes: 8, at: (view, i, big) => view.getFloat64(i, !big) },
  };

/** Arrays and scalars of plain numbers under the module names of numpy 1 and 2. `path` names the file in messages. */
export function numpyClasses(path: string): Record<string, PickleClass> {
  const types = new WeakSet<object>();
  const refuse = (problem: string) => pickleRefused(path, `numpy: ${problem}`);
  const typeOf = (value: unknown): PendingType => {
    if (typeof value !== "object" || value === null || !types.has(value)) throw refuse("expected a dtype");
    return value as PendingType; // only this file adds to `types`
  };

  const dtype: PickleClass = {
    make([code]) {
      if (typeof code !== "string" || !Object.hasOwn(READ, code)) {
        throw refuse(`expected a dtype among ${Object.keys(READ).join(", ")}, found ${JSON.stringify(code)}`);
      }
      const type: PendingType = { code, bigEndian: false };
      types.add(type);
      return type;
    },
    setState(type, state) {
      typeOf(type).bigEndian = Array.isArray(state) && state[1] === ">";
    },
  };
  const array: PickleClass = {
    make: (): PendingArray => ({ shape: [0], data: new Float64Array() }),
    setState(target, state) {
      if (!Array.isArray(state) || state.length !== 5) throw refuse("expected an array's state of five values");
      const [, shape, type, fortran, bytes] = state as readonly unknown[];
      if (!isShape(shape)) throw refuse("expected a shape of sizes");
      const data = values(typeOf(type), bytes, count(shape), refuse);
      const rowMajor = fortran === true ? transposed(data, shape) : data;
      Object.assign(target as PendingArray, { shape, data: rowMajor }); // `make` above made it
    },
  };
  const scalar: PickleClass = { make: ([type, bytes]) => values(typeOf(type), bytes, 1, refuse)[0] };
  const encode: PickleClass = {
    make([text, encoding]) {
      if (typeof text !== "string" || encoding !== "latin1") throw refuse("expected bytes as latin1 text");
      return new Uint8Array(Buffer.from(text, "latin1"));
    },
  };
  const modules = ["numpy.core.multiarray", "numpy._core.multiarray"];
  return {
    ...Object.fromEntries(
      modules.flatMap((m) => [
        [`${m} _reconstruct`, array],
        [`${m} scalar`, scalar],
      ]),
    ),
    "numpy dtype": dtype,
    "numpy ndarray": {},
    "_codecs encode": encode,
  };
}

/** Whether a pickled value is an array made by `numpyClasses`. */
export function isNumpyArray(value: unknown): value is NumpyArray {
  return typeof value === "object" && value !== null && "shape" in value && "data" in value;
}

function isShape(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function values(
  { code, bigEndian }: PendingType,
  bytes: unknown,
  length: number,
  refuse: (problem: string) => Error,
): Float64Array {
  const type = READ[code];
  const raw = typeof bytes === "string" ? new Uint8Array(Buffer.from(bytes, "latin1")) : bytes;
  if (type === undefined || !(raw instanceof Uint8Array) || raw.length !== length * type.bytes) {
    throw refuse(`expected ${length} numbers of type ${code}`);
  }
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return Float64Array.from({ length }, (_, i) => type.at(view, i * type.bytes, bigEndian));
}

/** Column-major → row-major. */
function transposed(data: Float64Array, shape: readonly number[]): Float64Array {
  const strides: number[] = [];
  let stride = 1;
  for (const size of shape) {
    strides.push(stride);
    stride *= size;
  }
  return data.map((_, flat) => {
    let [rest, from] = [flat, 0];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] ?? 1;
      from += (rest % size) * (strides[axis] ?? 0);
      rest = Math.floor(rest / size);
    }
    return data[from] ?? 0;
  });
}
