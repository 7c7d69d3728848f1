/** One block of a scan, five ways: whole (T.81 F.2.2), or first and further bits of the DC or the AC coefficients (G.1.2). */
import type { BitReader } from "./bit-reader.ts";
import type { DecodeTable } from "./decode-table.ts";
import { damaged } from "./faults.ts";
import type { Band, Scan } from "./scan-header.ts";

/** Reads the block that begins `at`; `run` is what the scan remembers from block to block. */
export type BlockDecoder = (coefficients: Int16Array, at: number, tables: BlockTables, run: Run) => void;

export interface BlockTables {
  readonly dc: DecodeTable;
  readonly ac: DecodeTable;
}

export interface Run {
  /** The component's last DC coefficient. */
  predicted: number;
  /** Blocks without further coefficients in this band. */
  blank: number;
}

/** What 8-bit samples can lead to at steps of 1. */
const MOST_DC_BITS = 11;
const MOST_AC_BITS = 10;

export function blockDecoder(reader: BitReader, { band }: Scan): BlockDecoder {
  if (band.first === 0 && band.last === 63) return whole(reader);
  if (band.first === 0) return band.refines ? refineDc(reader, band) : firstDc(reader, band);
  return band.refines ? refineAc(reader, band) : firstAc(reader, band);
}

function whole(reader: BitReader): BlockDecoder {
  return (coefficients, at, { dc, ac }, run) => {
    coefficients[at] = nextDc(reader, dc, run, 0);
    for (let k = 1; k < 64; k++) {
      const symbol = reader.symbol(ac);
      const size = symbol & 15;
      if (size === 0 && symbol !== 0xf0) return;
      k += symbol >> 4;
      if (size > 0) setAc(coefficients, at, k, 63, acOf(reader, size, 0));
    }
  };
}

function firstDc(reader: BitReader, { low }: Band): BlockDecoder {
  return (coefficients, at, { dc }, run) => {
    coefficients[at] = nextDc(reader, dc, run, low);
  };
}

function refineDc(reader: BitReader, { low }: Band): BlockDecoder {
  return (coefficients, at) => {
    if (reader.bit() === 1) coefficients[at] = (coefficients[at] ?? 0) | (1 << low);
  };
}

function firstAc(reader: BitReader, { first, last, low }: Band): BlockDecoder {
  return (coefficients, at, { ac }, run) => {
    if (run.blank > 0) {
      run.blank--;
      return;
    }
    for (let k = first; k <= last; k++) {
      const symbol = reader.symbol(ac);
      const size = symbol & 15;
      if (size === 0 && symbol !== 0xf0) {
        run.blank = blanks(reader, symbol >> 4) - 1;
        return;
      }
      k += symbol >> 4;
      if (size > 0) setAc(coefficients, at, k, last, acOf(reader, size, low));
    }
  };
}

function refineAc(reader: BitReader, { first, last, low }: Band): BlockDecoder {
  const unit = 1 << low;
  return (coefficients, at, { ac }, run) => {
    let k = first;
    while (run.blank === 0 && k <= last) {
      const symbol = reader.symbol(ac);
      const size = symbol & 15;
      if (size > 1) throw damaged("a coefficient of more than its one bit");
      if (size === 0 && symbol !== 0xf0) {
        run.blank = blanks(reader, symbol >> 4);
        break;
      }
      const value = size === 0 ? 0 : reader.bit() === 1 ? unit : -unit;
      k = refineUntil(reader, coefficients, at, { from: k, last, zeros: symbol >> 4, unit });
      if (value !== 0) setAc(coefficients, at, k, last, value);
      k++;
    }
    if (run.blank === 0) return;
    refineUntil(reader, coefficients, at, { from: k, last, zeros: 64, unit });
    run.blank--;
  };
}

/** A further bit for each coefficient that is not 0, until `zeros` others were passed: the place of the next of those. */
function refineUntil(
  reader: BitReader,
  coefficients: Int16Array,
  at: number,
  { from, last, zeros, unit }: { from: number; last: number; zeros: number; unit: number },
): number {
  let left = zeros;
  for (let k = from; k <= last; k++) {
    const value = coefficients[at + k] ?? 0;
    if (value === 0) {
      if (left === 0) return k;
      left--;
    } else if (reader.bit() === 1) coefficients[at + k] = value + (value > 0 ? unit : -unit);
  }
  return last + 1;
}

function nextDc(reader: BitReader, dc: DecodeTable, run: Run, low: number): number {
  const size = reader.symbol(dc);
  if (size > MOST_DC_BITS) throw damaged(`a step of ${size} bits between DC coefficients`);
  run.predicted += reader.signed(size);
  const value = run.predicted << low;
  if (value < -2048 || value > 2047) throw damaged(`a DC coefficient of ${value}`);
  return value;
}

function acOf(reader: BitReader, size: number, low: number): number {
  if (size + low > MOST_AC_BITS) throw damaged(`an AC coefficient of ${size + low} bits`);
  return reader.signed(size) << low;
}

function setAc(coefficients: Int16Array, at: number, k: number, last: number, value: number): void {
  if (k > last) throw damaged("a coefficient behind the end of its block");
  coefficients[at + k] = value;
}

/** End-of-band runs: 2^size blocks and what its further bits say (T.81 G.1.2.2). */
function blanks(reader: BitReader, size: number): number {
  return (1 << size) + reader.read(size);
}
