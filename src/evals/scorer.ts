/** What a scorer is: a number about one result, with what one must know to read it. */
import type { Sample } from "./sample.ts";

/** Which way is better; "one" = the nearer to 1 the better. */
export type Direction = "up" | "down" | "one";

/** How much the number moves when nothing has changed. */
export interface Noise {
  /** Largest difference, in the scorer's unit, between two runs of one case; differences up to it count as ties. */
  readonly within: number;
  /** Where that comes from and how it was measured, e.g. "none: the same pixels give the same number". */
  readonly from: string;
}

export const NO_NOISE: Noise = { within: 0, from: "none: the same pixels give the same number" };

/** One file each; a table of them gives suites, tables and reports their columns. */
export interface Scorer {
  /** As suites and results write it: lower case with underscores. */
  readonly name: string;
  /** Head of its column. */
  readonly label: string;
  readonly direction: Direction;
  readonly unit: string;
  /** Digits after the point in tables. */
  readonly digits: number;
  /** Paper, equation or package that defines it. */
  readonly source: string;
  readonly noise: Noise;
  /** Left out of tables and lists that do not name it. */
  readonly isDetail?: boolean;
  /** Undefined where the sample leaves nothing to measure, or lacks what is needed (truth, weights, points). */
  score(sample: Sample): number | undefined | Promise<number | undefined>;
}

/** Checks the name, so that a suite can use it as a key. @throws TypeError */
export function defineScorer(scorer: Scorer): Scorer {
  if (!/^[a-z][a-z0-9_]*$/.test(scorer.name)) {
    throw new TypeError(`Expected a scorer's name of lower case letters, digits and _, got "${scorer.name}"`);
  }
  return scorer;
}
