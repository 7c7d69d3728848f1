/** Memory that TypeScript and the kernels share: arrays are given out one after the other and freed all at once. */
import { type Kernels, type Memory, startKernels } from "./kernels.ts";

/** Arrays begin at multiples of this: a pixel is read at once. */
const ALIGNMENT = 16;

export class Arena {
  readonly kernels: Kernels;
  readonly #memory: Memory;
  /** Where the bytes begin that kernels may overwrite. */
  readonly scratch: number;
  #next: number;

  /** With room for arrays of `bytes` altogether, and `scratch` bytes that any kernel may overwrite. It never grows, for that would
   * detach what was given out. */
  constructor(bytes: number, scratch: number) {
    const { kernels, memory } = startKernels(bytes + scratch);
    this.kernels = kernels;
    this.#memory = memory;
    this.#next = kernels.heap.value;
    this.scratch = this.#take(scratch);
  }

  get buffer(): ArrayBuffer {
    return this.#memory.buffer;
  }

  floats(length: number): Float32Array {
    return new Float32Array(this.#memory.buffer, this.#take(length * 4), length);
  }

  doubles(values: readonly number[]): Float64Array {
    const array = new Float64Array(this.#memory.buffer, this.#take(values.length * 8), values.length);
    array.set(values);
    return array;
  }

  integers(length: number): Int32Array {
    return new Int32Array(this.#memory.buffer, this.#take(length * 4), length);
  }

  bytes(length: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, this.#take(length), length);
  }

  /** Copies to scratch memory: where each of the arrays begins there, and then where what is free does. */
  lend(...arrays: readonly Uint8Array[]): number[] {
    const ends = [this.scratch];
    for (const array of arrays) {
      const at = ends.at(-1) as number; // there is one to begin with
      new Uint8Array(this.#memory.buffer, at, array.length).set(array);
      ends.push(at + array.length);
    }
    return ends;
  }

  /** Scratch memory from its beginning. */
  borrowed(length: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, this.scratch, length);
  }

  /** Numbers, and where arrays of the arena begin, as the fields of a class of the kernels; returns where that begins. */
  record(values: readonly (number | ArrayBufferView)[]): number {
    const record = this.integers(values.length);
    record.set(values.map((value) => (typeof value === "number" ? value : value.byteOffset)));
    return record.byteOffset;
  }

  #take(bytes: number): number {
    const at = Math.ceil(this.#next / ALIGNMENT) * ALIGNMENT;
    if (at + bytes > this.#memory.buffer.byteLength) {
      throw new TypeError(`Expected ${bytes} bytes to be free, got ${this.#memory.buffer.byteLength - at}`);
    }
    this.#next = at + bytes;
    return at;
  }
}
