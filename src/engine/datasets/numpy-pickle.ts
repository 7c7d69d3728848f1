/** The classes of a pickle that holds numpy arrays, for the restricted reader. */
import { glimpse } from "../json-size.ts";
import type { PickleClass } from "../weights/pickle.ts";
import { pickleRefused } from "../weights/pickle-bytes.ts";
import { ELEMENTS, elements, rowMajor } from "./numpy-values.ts";

/** As many as numpy's arrays may have. */
const MOST_AXES = 64;

/** Row-major. */
export class NumpyArray {
  shape: readonly number[] = [0];
  data: Float64Array = new Float64Array();
}

class NumpyType {
  readonly code: string;
  bigEndian = false;

  constructor(code: string) {
    this.code = code;
  }
}

/** Arrays and scalars of plain numbers under the module names of numpy 1 and 2. `path` names the file in messages. */
export function numpyClasses(path: string): Record<string, PickleClass> {
  const reader = new NumpyReader(path);
  const array: PickleClass = { make: () => new NumpyArray(), setState: (target, state) => reader.fill(target, state) };
  const scalar: PickleClass = { make: ([type, bytes]) => reader.values(type, bytes, [])[0] };
  const buffer: PickleClass = { make: (args) => reader.fromBuffer(args) };
  const classes: Record<string, PickleClass> = {
    "numpy dtype": { make: ([code]) => reader.type(code), setState: (type, state) => reader.order(type, state) },
    "numpy ndarray": {},
    "_codecs encode": { make: ([text, encoding]) => reader.latin1(text, encoding) },
  };
  for (const core of ["numpy.core", "numpy._core"]) {
    classes[`${core}.multiarray _reconstruct`] = array;
    classes[`${core}.multiarray scalar`] = scalar;
    classes[`${core}.numeric _frombuffer`] = buffer;
  }
  return classes;
}

class NumpyReader {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  type(code: unknown): NumpyType {
    if (typeof code === "string" && Object.hasOwn(ELEMENTS, code)) return new NumpyType(code);
    throw this.#refused(
      `expected a dtype among ${Object.keys(ELEMENTS).join(", ")}, found ${JSON.stringify(glimpse(code)) ?? "nothing"}`,
    );
  }

  /** The state of a dtype: its second entry is the order of bytes, "<", ">" or "|". */
  order(type: unknown, state: unknown): void {
    if (!(type instanceof NumpyType) || !Array.isArray(state)) throw this.#refused("expected a dtype and its state");
    type.bigEndian = state[1] === ">";
  }

  /** The state of an array: version, shape, dtype, whether column-major, bytes. */
  fill(target: unknown, state: unknown): void {
    if (!(target instanceof NumpyArray) || !Array.isArray(state) || state.length !== 5) {
      throw this.#refused("expected an array and its state of five values");
    }
    const [, shape, type, columnMajor, bytes] = state as readonly unknown[]; // counted just above
    this.#assign(target, shape, type, columnMajor === true, bytes);
  }

  /** Protocol 5: bytes, dtype, shape, order. */
  fromBuffer([bytes, type, shape, order]: readonly unknown[]): NumpyArray {
    const array = new NumpyArray();
    this.#assign(array, shape, type, order === "F", bytes);
    return array;
  }

  /** Numbers of a shape; a scalar has none. */
  values(type: unknown, bytes: unknown, shape: readonly number[]): Float64Array {
    const raw = typeof bytes === "string" ? this.latin1(bytes, "latin1") : bytes;
    if (!(type instanceof NumpyType) || !(raw instanceof Uint8Array)) throw this.#refused("expected a dtype and bytes");
    const count = shape.reduce((product, size) => product * size, 1);
    const found = elements(type.code, type.bigEndian, raw, count);
    if (found === undefined)
      throw this.#refused(`expected ${count} numbers of type ${type.code}, found ${raw.length} bytes`);
    return found;
  }

  /** Bytes that an older protocol has as text. */
  latin1(text: unknown, encoding: unknown): Uint8Array {
    if (typeof text === "string" && encoding === "latin1") return new Uint8Array(Buffer.from(text, "latin1"));
    throw this.#refused("expected bytes as latin1 text");
  }

  #assign(target: NumpyArray, shape: unknown, type: unknown, columnMajor: boolean, bytes: unknown): void {
    if (!isShape(shape)) throw this.#refused("expected a shape of sizes");
    const values = this.values(type, bytes, shape);
    target.shape = shape;
    target.data = columnMajor ? rowMajor(values, shape) : values;
  }

  #refused(problem: string) {
    return pickleRefused(this.#path, `numpy: ${problem}`);
  }
}

function isShape(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) && value.length <= MOST_AXES && value.every((size) => Number.isSafeInteger(size) && size >= 0)
  );
}
