/** The entropy-coded data of one scan into its components' coefficients. */
import { BitReader } from "./bit-reader.ts";
import { type BlockTables, blockDecoder, type Run } from "./block-decoders.ts";
import { damaged } from "./faults.ts";
import type { OpenFrame } from "./frame.ts";
import type { Band, Scan, Scanned } from "./scan-header.ts";
import { walkBlocks } from "./walk.ts";

/** `at` is the first byte behind the scan's header. Returns where the next marker is searched for. */
export function readScan(bytes: Uint8Array, at: number, frame: OpenFrame, scan: Scan, interval: number): number {
  const reader = new BitReader(bytes, at);
  const decode = blockDecoder(reader, scan);
  const states = scan.scanned.map((one) => ({ ...stateOf(one, scan.band), coefficients: one.component.coefficients }));
  const components = scan.scanned.map(({ component }) => component);
  const next = (mcu: number) => {
    if (reader.overdrawn) throw damaged("picture data that ends early");
    if (interval === 0 || mcu === 0 || mcu % interval !== 0) return;
    reader.restart((mcu / interval - 1) % 8);
    for (const { run } of states) Object.assign(run, START);
  };
  walkBlocks(frame, components, next, (i, block) => {
    const state = states[i];
    if (state !== undefined) decode(state.coefficients, block, state.tables, state.run);
  });
  if (reader.overdrawn) throw damaged("picture data that ends early");
  return reader.at;
}

const START: Run = { predicted: 0, blank: 0 };

function stateOf({ dc, ac }: Scanned, { first, last, refines }: Band): { tables: BlockTables; run: Run } {
  const [needsDc, needsAc] = [first === 0 && !refines, last > 0];
  if ((needsDc && dc === undefined) || (needsAc && ac === undefined)) throw damaged("a scan without its Huffman table");
  // A table that the band does not use may be missing; it is never looked at.
  return { tables: { dc: dc ?? NONE, ac: ac ?? NONE }, run: { ...START } };
}

const NONE = { quick: new Uint16Array(), most: new Int32Array(), offset: new Int32Array(), symbols: new Uint8Array() };
