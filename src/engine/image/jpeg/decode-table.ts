/** Huffman tables for reading. Source: T.81 annex C, F.2.2.3. */
import { damaged } from "./faults.ts";

export interface DecodeTable {
  /** By the next 8 bits: length · 256 + symbol; 0 where the code is longer. */
  readonly quick: Uint16Array;
  /** By length: the highest code, −1 for none. */
  readonly most: Int32Array;
  /** By length: what to add to a code for its place in `symbols`. */
  readonly offset: Int32Array;
  readonly symbols: Uint8Array;
}

/** `counts[i]` codes have i + 1 bits; `symbols` are in the order of their codes. Throws `image-unreadable`. */
export function decodeTable(counts: Uint8Array, symbols: Uint8Array): DecodeTable {
  const quick = new Uint16Array(256);
  const most = new Int32Array(17).fill(-1);
  const offset = new Int32Array(17);
  let [code, used] = [0, 0];
  for (let length = 1; length <= 16; length++, code <<= 1) {
    const count = counts[length - 1] ?? 0;
    if (code + count > 1 << length) throw damaged("a Huffman table with more codes than their bits can tell apart");
    offset[length] = used - code;
    for (let i = 0; i < count; i++, code++, used++) {
      if (length <= 8) fillQuick(quick, length, code, symbols[used] ?? 0);
    }
    if (count > 0) most[length] = code - 1;
  }
  return { quick, most, offset, symbols };
}

function fillQuick(quick: Uint16Array, length: number, code: number, symbol: number): void {
  const from = code << (8 - length);
  quick.fill((length << 8) | symbol, from, from + (1 << (8 - length)));
}
