/** How near an output is to the expected one. */
import type { Bound, Tensor } from "./case.ts";

export interface Comparison {
  readonly ok: boolean;
  /** Relative error, or the intersection over union; NaN where nothing could be compared. */
  readonly value: number;
  /** The element that is furthest off, by index and values, or why nothing was compared. */
  readonly detail: string;
}

/** A wrong shape, a NaN or a missing output is a miss. */
export function compare(got: Tensor | undefined, want: Tensor, bound: Bound): Comparison {
  if (!got) return miss("missing");
  if (got.shape.join() !== want.shape.join()) return miss(`shape [${got.shape}], expected [${want.shape}]`);
  if (got.data.length !== want.data.length) return miss(`${got.data.length} values for shape [${got.shape}]`);
  const nan = got.data.findIndex((value) => Number.isNaN(value));
  if (nan >= 0) return miss(`NaN at ${indexText(nan, want.shape)}`);
  return "rel" in bound ? compareRelative(got, want, bound.rel) : compareOverlap(got, want, bound.iou);
}

/** max |got − want| / max |want|; the absolute difference where max |want| is 0. */
function compareRelative(got: Tensor, want: Tensor, allowed: number): Comparison {
  let [worst, worstAt, scale] = [0, 0, 0];
  for (let i = 0; i < want.data.length; i++) {
    const expected = want.data[i] ?? 0;
    const difference = Math.abs((got.data[i] ?? 0) - expected);
    scale = Math.max(scale, Math.abs(expected));
    // Written so that an unordered difference (∞ − ∞) counts as the worst.
    if (!(difference <= worst)) [worst, worstAt] = [Number.isNaN(difference) ? Infinity : difference, i];
  }
  const value = scale === 0 ? worst : worst / scale;
  return { ok: value <= allowed, value, detail: worst === 0 ? "" : worstText(got, want, worstAt) };
}

function worstText(got: Tensor, want: Tensor, at: number): string {
  const [found, expected] = [got, want].map(({ data }) => Number((data[at] ?? Number.NaN).toPrecision(7)));
  return `worst at ${indexText(at, want.shape)}: ${found}, expected ${expected}`;
}

/** Both sides thresholded at > 0.5; 1 when both are empty. */
function compareOverlap(got: Tensor, want: Tensor, least: number): Comparison {
  let [both, either, first] = [0, 0, -1];
  for (let i = 0; i < want.data.length; i++) {
    const [a, b] = [(got.data[i] ?? 0) > 0.5, (want.data[i] ?? 0) > 0.5];
    if (a && b) both++;
    if (a || b) either++;
    if (a !== b && first < 0) first = i;
  }
  const value = either === 0 ? 1 : both / either;
  const detail = first < 0 ? "" : `${either - both} differ, first at ${indexText(first, want.shape)}`;
  return { ok: value >= least, value, detail };
}

function miss(detail: string): Comparison {
  return { ok: false, value: Number.NaN, detail };
}

/** Flat index → index on every axis. */
export function indexText(flat: number, shape: readonly number[]): string {
  const index: number[] = [];
  let rest = flat;
  for (const size of shape.toReversed()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return `[${index.join(", ")}]`;
}
