/** Bits of entropy-coded data, highest first; a zero stuffed after 0xFF is skipped, a marker ends them. Source: T.81 F.2.2.5. */

import type { DecodeTable } from "./decode-table.ts";
import { damaged } from "./faults.ts";

export class BitReader {
  readonly #bytes: Uint8Array;
  #at: number;
  #bits = 0;
  /** Low bits of `#bits` that are still to be read. */
  #count = 0;
  /** Zeros that were appended because the data had ended. */
  #lent = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Never behind the marker that ends the data. */
  get at(): number {
    return this.#at;
  }

  /** Whether more was read than there was. */
  get overdrawn(): boolean {
    return this.#count < this.#lent;
  }

  bit(): number {
    return this.read(1);
  }

  /** `length` 0–16. */
  read(length: number): number {
    if (this.#count < length) this.#fill();
    this.#count -= length;
    return (this.#bits >>> this.#count) & ((1 << length) - 1);
  }

  /** A number whose size is `length` bits, 0–16 (T.81 F.2.2.1, EXTEND). */
  signed(length: number): number {
    if (length === 0) return 0;
    const value = this.read(length);
    return value < 1 << (length - 1) ? value - (1 << length) + 1 : value;
  }

  /** Throws `image-unreadable` for a code that the table does not have. */
  symbol({ quick, most, offset, symbols }: DecodeTable): number {
    if (this.#count < 16) this.#fill();
    const found = quick[(this.#bits >>> (this.#count - 8)) & 0xff] ?? 0;
    if (found !== 0) {
      this.#count -= found >> 8;
      return found & 0xff;
    }
    for (let length = 9; length <= 16; length++) {
      const code = (this.#bits >>> (this.#count - length)) & ((1 << length) - 1);
      if (code > (most[length] ?? -1)) continue;
      this.#count -= length;
      return symbols[(offset[length] ?? 0) + code] ?? 0;
    }
    throw damaged("a code that is not in its Huffman table");
  }

  /** Drops what is left before the restart marker of that number, 0–7, and goes on behind it. */
  restart(number: number): void {
    const marker = 0xd0 + number;
    let at = this.#at;
    while (at + 1 < this.#bytes.length && !(this.#bytes[at] === 0xff && this.#bytes[at + 1] === marker)) {
      const next = this.#bytes[at + 1] ?? 0;
      if (this.#bytes[at] === 0xff && next !== 0 && next !== 0xff) break;
      at++;
    }
    if (this.#bytes[at + 1] !== marker) throw damaged(`no restart marker ${number} where one is due`);
    this.#at = at + 2;
    this.#bits = 0;
    this.#count = 0;
    this.#lent = 0;
  }

  #fill(): void {
    while (this.#count <= 24) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined || (byte === 0xff && this.#bytes[this.#at + 1] !== 0)) {
        this.#bits <<= 8;
        this.#lent += 8;
      } else {
        this.#bits = (this.#bits << 8) | byte;
        this.#at += byte === 0xff ? 2 : 1;
      }
      this.#count += 8;
    }
  }
}
