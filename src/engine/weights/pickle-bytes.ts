/** A cursor over the bytes of a pickle: every length is checked against what is left. */
import { EditError } from "../../errors.ts";

const TEXT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const HINT = "The file may be damaged, or not a pickle of protocol 2 to 5.";

export class PickleBytes {
  readonly path: string;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(path: string, bytes: Uint8Array) {
    this.path = path;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get position(): number {
    return this.#at;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }
  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }
  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }
  i32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }
  /** Big-endian, as the format has it. */
  f64(): number {
    return this.#view.getFloat64(this.#take(8));
  }
  /** A length of 8 bytes; beyond what numbers hold it is beyond any file too. */
  u64(): number {
    return Number(this.#view.getBigUint64(this.#take(8), true));
  }

  /** A copy, so that nothing keeps the whole file alive. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    const from = this.#take(length);
    return this.#bytes.slice(from, from + length) as Uint8Array<ArrayBuffer>; // slice always allocates
  }

  text(length: number): string {
    const from = this.#take(length);
    try {
      return TEXT.decode(this.#bytes.subarray(from, from + length));
    } catch (cause) {
      throw pickleRefused(this.path, `expected UTF-8 text at byte ${from}`, { cause });
    }
  }

  /** Text of an older Python, one character per byte. */
  latin1(length: number): string {
    const from = this.#take(length);
    return Buffer.from(this.#bytes.subarray(from, from + length)).toString("latin1");
  }

  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw pickleRefused(this.path, `expected a line end after byte ${this.#at}`, { hint: HINT });
    const text = this.text(end - this.#at);
    this.#at++;
    return text;
  }

  #take(length: number): number {
    const from = this.#at;
    const left = this.#bytes.length - from;
    if (length > left) {
      throw pickleRefused(this.path, `expected ${length} more bytes at byte ${from}, found ${left}`, { hint: HINT });
    }
    this.#at += length;
    return from;
  }
}

export function pickleRefused(
  path: string,
  problem: string,
  options: { hint?: string; cause?: unknown } = {},
): EditError {
  return new EditError("pickle-refused", `${path}: ${problem}`, options);
}
