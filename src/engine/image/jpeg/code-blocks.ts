/** Blocks as Huffman symbols and their further bits, for whoever counts or writes them. Source: T.81 F.1.2. */
import { unsupported } from "./faults.ts";
import type { Jpeg } from "./jpeg.ts";
import { walkBlocks } from "./walk.ts";

export interface Sink {
  /** A symbol of one of TABLES, then the low `length` bits of `bits`. */
  symbol(table: number, symbol: number, bits: number, length: number): void;
  /** Before a restart marker of that number, 0–7, is due. */
  restart(number: number): void;
}

/** DC and AC tables of the first component, then those that the others share. */
export const TABLES = { dc: [0, 2], ac: [1, 3] } as const;

const MOST_DC_BITS = 11;
const MOST_AC_BITS = 10;
const END_OF_BLOCK = 0x00;
const SIXTEEN_ZEROS = 0xf0;

/** All blocks in one scan. Throws `image-unsupported` for coefficients that 8-bit pictures cannot have. */
export function codeBlocks(jpeg: Jpeg, sink: Sink): void {
  const { components, restartInterval } = jpeg;
  const predicted = components.map(() => 0);
  const next = (mcu: number) => {
    if (restartInterval === 0 || mcu === 0 || mcu % restartInterval !== 0) return;
    sink.restart((mcu / restartInterval - 1) % 8);
    predicted.fill(0);
  };
  walkBlocks(jpeg, components, next, (i, at) => {
    const coefficients = components[i]?.coefficients ?? NONE;
    const table = i === 0 ? 0 : 1;
    codeDc(sink, TABLES.dc[table], (coefficients[at] ?? 0) - (predicted[i] ?? 0));
    codeAc(sink, TABLES.ac[table], coefficients, at);
    predicted[i] = coefficients[at] ?? 0;
  });
}

const NONE = new Int16Array();

function codeDc(sink: Sink, table: number, step: number): void {
  const size = sizeOf(step);
  if (size > MOST_DC_BITS) throw unsupported(`a step of ${step} between DC coefficients`);
  sink.symbol(table, size, bitsOf(step, size), size);
}

function codeAc(sink: Sink, table: number, coefficients: Int16Array, at: number): void {
  let zeros = 0;
  for (let k = at + 1; k < at + 64; k++) {
    const value = coefficients[k] ?? 0;
    if (value === 0) {
      zeros++;
      continue;
    }
    for (; zeros > 15; zeros -= 16) sink.symbol(table, SIXTEEN_ZEROS, 0, 0);
    const size = sizeOf(value);
    if (size > MOST_AC_BITS) throw unsupported(`an AC coefficient of ${value}`);
    sink.symbol(table, (zeros << 4) | size, bitsOf(value, size), size);
    zeros = 0;
  }
  if (zeros > 0) sink.symbol(table, END_OF_BLOCK, 0, 0);
}

/** Bits of the magnitude. */
function sizeOf(value: number): number {
  return 32 - Math.clz32(Math.abs(value));
}

/** Negative numbers as the complement of their magnitude. */
function bitsOf(value: number, size: number): number {
  return value < 0 ? value + (1 << size) - 1 : value;
}
