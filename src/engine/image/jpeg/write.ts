/** From coefficients to a file: one sequential scan with Huffman codes made for it. Source: ITU-T T.81 annexes B, F. */
import { BitWriter } from "./bit-writer.ts";
import { codeBlocks, TABLES } from "./code-blocks.ts";
import { type CodeLengths, codeLengths } from "./code-lengths.ts";
import { type Component, type Jpeg, MARKER, type Segment } from "./jpeg.ts";

/** Reading it again gives the same coefficients, steps and segments. Throws `image-unsupported`. */
export function writeJpeg(jpeg: Jpeg): Buffer {
  const tables = stepTables(jpeg.components);
  const codes = codesFor(jpeg);
  return Buffer.concat([
    Buffer.from([0xff, MARKER.start]),
    ...jpeg.segments.map(segment),
    ...tables.map((steps, i) => segment(quantisation(steps, i))),
    segment(frameHeader(jpeg, tables)),
    ...codes.flatMap((code, i) => (code.symbols.length > 0 ? [segment(huffman(code, i))] : [])),
    ...(jpeg.restartInterval > 0 ? [segment(restart(jpeg.restartInterval))] : []),
    segment(scanHeader(jpeg.components)),
    scanData(jpeg, codes),
    Buffer.from([0xff, MARKER.end]),
  ]);
}

/** Each once; components refer to them by content. */
function stepTables(components: readonly Component[]): Uint16Array[] {
  const all = components.map(({ steps }) => steps);
  return all.filter((steps, i) => i === all.findIndex((other) => sameSteps(steps, other)));
}

export function sameSteps(a: Uint16Array, b: Uint16Array): boolean {
  return a.every((step, k) => step === b[k]);
}

function codesFor(jpeg: Jpeg): CodeLengths[] {
  const frequencies = [...TABLES.dc, ...TABLES.ac].map(() => new Uint32Array(256));
  codeBlocks(jpeg, {
    symbol(table, symbol) {
      const counted = frequencies[table];
      if (counted !== undefined) counted[symbol] = (counted[symbol] ?? 0) + 1;
    },
    restart() {},
  });
  return frequencies.map(codeLengths);
}

function scanData(jpeg: Jpeg, codes: readonly CodeLengths[]): Uint8Array {
  const words = codes.map(codeWords);
  const writer = new BitWriter();
  codeBlocks(jpeg, {
    symbol(table, symbol, bits, length) {
      const word = words[table]?.[symbol] ?? 0;
      writer.write(word & 0xffff, word >> 16);
      writer.write(bits, length);
    },
    restart: (number) => writer.restart(number),
  });
  return writer.end();
}

/** By symbol: length · 65536 + code (T.81 C.2). */
function codeWords({ counts, symbols }: CodeLengths): Uint32Array {
  const words = new Uint32Array(256);
  let [code, used] = [0, 0];
  counts.forEach((count, i) => {
    for (let n = 0; n < count; n++) words[symbols[used++] ?? 0] = ((i + 1) << 16) | code++;
    code <<= 1;
  });
  return words;
}

function quantisation(steps: Uint16Array, number: number): Segment {
  const wide = steps.some((step) => step > 255);
  const bytes = wide ? [...steps].flatMap((step) => [step >> 8, step & 0xff]) : [...steps];
  return { marker: MARKER.quantisation, payload: Uint8Array.from([(wide ? 16 : 0) | number, ...bytes]) };
}

/** Baseline has steps of 8 bits. */
function frameHeader({ width, height, components }: Jpeg, tables: readonly Uint16Array[]): Segment {
  const wide = tables.some((steps) => steps.some((step) => step > 255));
  const parts = components.flatMap(({ id, h, v, steps }) => [
    id,
    (h << 4) | v,
    tables.findIndex((table) => sameSteps(steps, table)),
  ]);
  const payload = Uint8Array.from([8, ...word(height), ...word(width), components.length, ...parts]);
  return { marker: wide ? MARKER.extended : MARKER.sequential, payload };
}

/** TABLES takes turns: DC then AC of the first, DC then AC of the others. */
function huffman({ counts, symbols }: CodeLengths, table: number): Segment {
  return {
    marker: MARKER.huffman,
    payload: Uint8Array.from([((table & 1) << 4) | (table >> 1), ...counts, ...symbols]),
  };
}

function restart(interval: number): Segment {
  return { marker: MARKER.interval, payload: Uint8Array.from(word(interval)) };
}

function scanHeader(components: readonly Component[]): Segment {
  const parts = components.flatMap(({ id }, i) => [id, i === 0 ? 0x00 : 0x11]);
  return { marker: MARKER.scan, payload: Uint8Array.from([components.length, ...parts, 0, 63, 0]) };
}

function segment({ marker, payload }: Segment): Buffer {
  return Buffer.concat([Buffer.from([0xff, marker, ...word(payload.length + 2)]), payload]);
}

function word(value: number): [number, number] {
  return [value >> 8, value & 0xff];
}
