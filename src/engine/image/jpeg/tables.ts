/** What a scan is read with: quantisation and Huffman tables and the restart interval. Source: T.81 B.2.4. */
import { type DecodeTable, decodeTable } from "./decode-table.ts";
import { damaged } from "./faults.ts";

export class Tables {
  /** By number, 0–3, in zigzag order. */
  readonly steps: (Uint16Array | undefined)[] = [];
  readonly dc: (DecodeTable | undefined)[] = [];
  readonly ac: (DecodeTable | undefined)[] = [];
  /** MCUs; 0 for none. */
  interval = 0;

  /** DQT. */
  quantisation(payload: Uint8Array): void {
    for (let at = 0; at < payload.length; ) {
      const head = payload[at] ?? 0;
      const bytes = head >> 4 === 0 ? 1 : 2;
      if (head >> 4 > 1 || (head & 15) > 3 || at + 1 + 64 * bytes > payload.length) {
        throw damaged("a quantisation table that is cut off or has no such number");
      }
      const steps = Uint16Array.from({ length: 64 }, (_, k) => numberAt(payload, at + 1 + k * bytes, bytes));
      if (steps.includes(0)) throw damaged("a quantisation step of 0");
      this.steps[head & 15] = steps;
      at += 1 + 64 * bytes;
    }
  }

  /** DHT. */
  huffman(payload: Uint8Array): void {
    for (let at = 0; at < payload.length; ) {
      const head = payload[at] ?? 0;
      const counts = payload.subarray(at + 1, at + 17);
      const codes = counts.reduce((sum, count) => sum + count, 0);
      if (head >> 4 > 1 || (head & 15) > 3 || codes > 256 || at + 17 + codes > payload.length) {
        throw damaged("a Huffman table that is cut off or has no such number");
      }
      const kind = head >> 4 === 0 ? this.dc : this.ac;
      kind[head & 15] = decodeTable(counts, payload.subarray(at + 17, at + 17 + codes));
      at += 17 + codes;
    }
  }

  /** DRI. */
  restart(payload: Uint8Array): void {
    if (payload.length !== 2) throw damaged("a restart interval of another length");
    this.interval = numberAt(payload, 0, 2);
  }
}

function numberAt(bytes: Uint8Array, at: number, length: number): number {
  return length === 1 ? (bytes[at] ?? 0) : ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
