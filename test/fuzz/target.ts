/** What is fuzzed: where inputs come from, and the function that must survive them. */
import type { ErrorCode } from "../../src/errors.ts";
import type { Dice } from "./dice.ts";

/** Resolves for a valid input, throws EditError for one that is refused; anything else is a finding. */
export type Attempt = (input: Uint8Array) => unknown;

export interface Target {
  readonly name: string;
  /** Inputs to begin with, most of them valid. */
  seeds(): readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
  /** A new input from an older one and, for crossing, another. */
  mutate(input: Uint8Array, other: Uint8Array, dice: Dice): Uint8Array;
  /** Makes the attempt; `dir` is an empty folder of its own. */
  open(dir: string): Attempt | Promise<Attempt>;
  /** Its folder lies in memory: it syncs files to the disk, which is not what is looked at here. Tools refuse such places. */
  readonly inMemory?: boolean;
  /** Of the time, beside the others' 1: more for what costs more an input. */
  readonly share?: number;
  /** What a refusal may say. */
  readonly codes: readonly ErrorCode[];
}

/** Inputs larger than this are cut: what grows with the input's length alone is no finding. */
export const MOST_BYTES = 1 << 18;

/** A refusal longer than this helps nobody. */
export const LONGEST_MESSAGE = 3000;
