/** Where a weight lies. */
import type { WeightDtype } from "./dtypes.ts";

/** Consecutive rows of a weight that lie in one run of bytes. */
export interface WeightSlice {
  readonly file: string;
  readonly dtype: WeightDtype;
  readonly shape: readonly number[];
  /** First byte, counted from the start of the file. */
  readonly offset: number;
  readonly length: number;
}

/** A weight is the concatenation of its parts along the first axis; nearly always there is one. */
export interface WeightRef {
  readonly name: string;
  readonly dtype: WeightDtype;
  readonly shape: readonly number[];
  readonly parts: readonly WeightSlice[];
}
