/** Which coefficients of which components a scan brings. Source: T.81 B.2.3, G.1.1.1. */
import type { DecodeTable } from "./decode-table.ts";
import { damaged } from "./faults.ts";
import type { OpenComponent, OpenFrame } from "./frame.ts";
import type { Tables } from "./tables.ts";

/** Coefficients `first` to `last` of the zigzag; their bits from `low` up, or that bit alone where `refines`. */
export interface Band {
  readonly first: number;
  readonly last: number;
  readonly low: number;
  readonly refines: boolean;
}

export interface Scanned {
  readonly component: OpenComponent;
  readonly dc: DecodeTable | undefined;
  readonly ac: DecodeTable | undefined;
}

export interface Scan {
  readonly band: Band;
  readonly scanned: readonly Scanned[];
}

const WHOLE: Band = { first: 0, last: 63, low: 0, refines: false };

/** Notes in the components what will be known. Throws `image-unreadable` for what no encoder may write. */
export function openScan(payload: Uint8Array, frame: OpenFrame, tables: Tables): Scan {
  const count = payload[0] ?? 0;
  if (count < 1 || count > 3 || payload.length < 4 + 2 * count) throw damaged("a scan header that ends early");
  const scanned = Array.from({ length: count }, (_, i) => scannedAt(payload.subarray(1 + 2 * i), frame, tables));
  if (new Set(scanned.map(({ component }) => component)).size < count) throw damaged("a scan of one component twice");
  const band = frame.progressive ? bandOf(payload.subarray(1 + 2 * count), count) : WHOLE;
  for (const { component } of scanned) advance(component, band, tables);
  return { band, scanned };
}

function scannedAt([id, numbers = 0]: Uint8Array, { components }: OpenFrame, { dc, ac }: Tables): Scanned {
  const component = components.find((one) => one.id === id);
  if (component === undefined) throw damaged("a scan of a component that the frame does not have");
  return { component, dc: dc[numbers >> 4], ac: ac[numbers & 15] };
}

function bandOf([first = 0, last = 0, bits = 0]: Uint8Array, count: number): Band {
  const [high, low] = [bits >> 4, bits & 15];
  const dc = first === 0 && last === 0;
  const ac = first > 0 && last >= first && last < 64 && count === 1;
  if (!(dc || ac) || low > 13 || (high > 0 && high !== low + 1)) {
    throw damaged(`a scan of coefficients ${first} to ${last}, bits ${high} to ${low}`);
  }
  return { first, last, low, refines: high > 0 };
}

/** Each bit comes once and in its turn, so that the number of scans has a limit. */
function advance({ known, steps, table }: OpenComponent, { first, last, low, refines }: Band, tables: Tables): void {
  if (known.every((bit) => bit === -1)) {
    const given = tables.steps[table];
    if (given === undefined) throw damaged("a scan without its quantisation table");
    steps.set(given);
  }
  for (let k = first; k <= last; k++) {
    if (known[k] !== (refines ? low + 1 : -1)) throw damaged(`bits of coefficient ${k} out of their turn`);
    known[k] = low;
  }
}
