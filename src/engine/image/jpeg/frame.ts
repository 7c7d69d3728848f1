/** The frame header: sizes, sampling, and room for the coefficients. Source: T.81 A.1, A.2.4, B.2.2. */
import { damaged, tooLarge, unsupported } from "./faults.ts";
import type { Component, Frame } from "./jpeg.ts";

/** 320 MB of coefficients: 100 megapixels with halved chroma. */
const MOST_BLOCKS = 2_500_000;
/** T.81 B.2.3: blocks of an interleaved MCU. */
const MOST_IN_MCU = 10;

/** A frame that is being read; `steps` stand once the component's first scan has begun. */
export interface OpenComponent extends Component {
  /** Which quantisation table, 0–3. */
  readonly table: number;
  /** Per coefficient: the bit that was read last, −1 before the first scan (T.81 G.1.1.1). */
  readonly known: Int8Array;
}

export interface OpenFrame extends Frame {
  readonly components: readonly OpenComponent[];
  readonly progressive: boolean;
}

interface Sampling {
  readonly id: number;
  readonly h: number;
  readonly v: number;
  readonly table: number;
}

/** `fileBytes` is the length of the file: every block takes at least one bit of it. */
export function openFrame(payload: Uint8Array, progressive: boolean, fileBytes: number): OpenFrame {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  if (payload.length < 6 || payload.length < 6 + 3 * view.getUint8(5)) throw damaged("a frame header that ends early");
  const [bits, height, width, count] = [view.getUint8(0), view.getUint16(1), view.getUint16(3), view.getUint8(5)];
  if (bits !== 8) throw unsupported(`samples of ${bits} bits`);
  if (count !== 1 && count !== 3) throw unsupported(`${count} components`);
  if (width === 0 || height === 0) throw unsupported(`a size of ${width}x${height}`);
  const samplings = Array.from({ length: count }, (_, i) => samplingOf(payload.subarray(6 + 3 * i), count));
  if (new Set(samplings.map(({ id }) => id)).size < count) throw damaged("two components of one name");
  return { ...laidOut(width, height, samplings, fileBytes), progressive };
}

function samplingOf([id = 0, factors = 0, table = 0]: Uint8Array, count: number): Sampling {
  const [h, v] = [factors >> 4, factors & 15];
  if (h < 1 || h > 4 || v < 1 || v > 4 || table > 3) throw damaged(`a component of ${h}x${v} blocks, table ${table}`);
  return { id, h: count === 1 ? 1 : h, v: count === 1 ? 1 : v, table };
}

function laidOut(width: number, height: number, samplings: readonly Sampling[], fileBytes: number) {
  const hMax = Math.max(...samplings.map(({ h }) => h));
  const vMax = Math.max(...samplings.map(({ v }) => v));
  const inMcu = samplings.reduce((sum, { h, v }) => sum + h * v, 0);
  if (inMcu > MOST_IN_MCU) throw unsupported(`${inMcu} blocks in one MCU`);
  const mcu = [8 * hMax, 8 * vMax] as const;
  const [mcusWide, mcusHigh] = [Math.ceil(width / mcu[0]), Math.ceil(height / mcu[1])];
  const blocks = mcusWide * mcusHigh * inMcu;
  if (blocks > 8 * fileBytes) throw damaged(`${width}x${height} pixels in ${fileBytes} bytes`);
  if (blocks > MOST_BLOCKS) throw tooLarge(`${width}x${height} in ${blocks} blocks, more than ${MOST_BLOCKS}`);
  const components = samplings.map((sampling): OpenComponent => {
    const { h, v } = sampling;
    if (hMax % h !== 0 || vMax % v !== 0) throw unsupported(`components of ${h}x${v} beside ${hMax}x${vMax}`);
    const cell = [hMax / h, vMax / v] as const;
    return {
      ...sampling,
      cell,
      blocksWide: Math.ceil(Math.ceil(width / cell[0]) / 8),
      blocksHigh: Math.ceil(Math.ceil(height / cell[1]) / 8),
      stride: mcusWide * h,
      coefficients: new Int16Array(mcusWide * h * mcusHigh * v * 64),
      steps: new Uint16Array(64),
      known: new Int8Array(64).fill(-1),
    };
  });
  return { width, height, mcu, mcusWide, mcusHigh, components };
}
