/** Measures several things in turn, round after round, so that whatever else the machine does hits all of them, the matrix
 * product among them. */
import { setTimeout as pause } from "node:timers/promises";
import type { GemmMeter } from "./gemm.ts";

/** Middle value and the range of all. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Resolves to the seconds of one unit of work. */
export type Subject = () => Promise<number>;

export interface Rounds {
  /** Seconds by subject, one per round. */
  readonly seconds: ReadonlyMap<string, readonly number[]>;
  /** GFLOP/s of the matrix product beside each round. */
  readonly gemm: readonly number[];
}

export interface RoundLimits {
  readonly least: number;
  readonly most: number;
  /** No new round begins after so many seconds. */
  readonly seconds: number;
}

/** Threads that still spin for the one before would be measured with the next. */
const SETTLE_MS = 30;

export async function inRounds(
  subjects: ReadonlyMap<string, Subject>,
  meter: Pick<GemmMeter, "sample">,
  { least, most, seconds: limit }: RoundLimits,
): Promise<Rounds> {
  const seconds = new Map<string, number[]>([...subjects.keys()].map((name) => [name, []]));
  const gemm: number[] = [];
  const begun = performance.now();
  for (let round = 0; round < most; round++) {
    if (round >= least && (performance.now() - begun) / 1000 > limit) break;
    const before = await meter.sample();
    // Every other round backwards: a drift favours nobody.
    const order = round % 2 === 0 ? [...subjects] : [...subjects].reverse();
    for (const [name, subject] of order) {
      await pause(SETTLE_MS);
      seconds.get(name)?.push(await subject());
    }
    await pause(SETTLE_MS);
    gemm.push((before + (await meter.sample())) / 2);
  }
  return { seconds, gemm };
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return { median: at(0.5), low: at(0), high: at(1) };
}

/** Round by round: a over b. */
export function ratios(a: readonly number[], b: readonly number[]): Spread {
  return spreadOf(a.map((value, i) => value / (b[i] ?? Number.NaN)));
}

/** Share of the matrix product's rate, round by round. */
export function shareOf(gflop: number, seconds: readonly number[], gemm: readonly number[]): Spread {
  return spreadOf(seconds.map((value, i) => gflop / value / (gemm[i] ?? Number.NaN)));
}
