/** Bits into bytes, highest first; a zero is stuffed after each 0xFF. Source: T.81 F.1.2.3. */

export class BitWriter {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;
  #bits = 0;
  /** Bits of `#bits` that wait for the rest of their byte, 0–7. */
  #count = 0;

  /** The low `length` bits of `value`, 0–16. */
  write(value: number, length: number): void {
    this.#bits = (this.#bits << length) | (value & ((1 << length) - 1));
    this.#count += length;
    while (this.#count >= 8) {
      this.#count -= 8;
      this.#put((this.#bits >>> this.#count) & 0xff);
    }
  }

  /** Fills the last byte with ones and adds a restart marker, 0–7. */
  restart(number: number): void {
    this.#align();
    this.#append(0xff);
    this.#append(0xd0 + number);
  }

  /** All that was written, the last byte filled with ones. */
  end(): Uint8Array {
    this.#align();
    return this.#bytes.subarray(0, this.#length);
  }

  #align(): void {
    if (this.#count > 0) this.write(0xff, 8 - this.#count);
  }

  #put(byte: number): void {
    this.#append(byte);
    if (byte === 0xff) this.#append(0);
  }

  #append(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#length);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = byte;
  }
}
