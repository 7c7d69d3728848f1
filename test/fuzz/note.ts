/** The last input before a crash or a hang, in a file that outlives the process: count, length, bytes. */
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";

const HEAD = 8;

export class Note {
  readonly #file: number;
  #count = 0;

  constructor(path: string) {
    this.#file = openSync(path, "w", 0o600);
  }

  write(input: Uint8Array): void {
    const head = Buffer.alloc(HEAD);
    head.writeUInt32LE(++this.#count, 0);
    head.writeUInt32LE(input.length, 4);
    writeSync(this.#file, Buffer.concat([head, input]), 0, HEAD + input.length, 0);
  }

  close(): void {
    closeSync(this.#file);
  }
}

export function readNote(path: string): { readonly count: number; readonly input: Buffer } {
  const bytes = readFileSync(path);
  if (bytes.length < HEAD) return { count: 0, input: Buffer.alloc(0) };
  const input = bytes.subarray(HEAD, HEAD + bytes.readUInt32LE(4));
  return { count: bytes.readUInt32LE(0), input };
}
