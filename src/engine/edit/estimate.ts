/** How long an edit will take: this machine's measured seconds per unit of work, times the work. Nothing is invented:
 * where a rate was never measured here, there is no estimate. */
import type { Seconds } from "../api.ts";
import type { Workload } from "./workload.ts";

/** Seconds per unit of work; absent until an edit has measured it. */
export interface Rates {
  /** Per evaluation and token. */
  readonly invert?: number | undefined;
  /** Per drag iteration and token. */
  readonly drag?: number | undefined;
  /** Per evaluation and token. */
  readonly sample?: number | undefined;
  /** Encoding and decoding, per token. */
  readonly codec?: number | undefined;
  /** Everything that no model does, per million pixels of the picture. */
  readonly picture?: number | undefined;
}

export const RATES = ["invert", "drag", "sample", "codec", "picture"] as const satisfies readonly (keyof Rates)[];

/** The newest edit counts half: speeds change with what else the machine does. */
const NEWEST = 0.5;

/** Rates after one more edit of this work took these seconds. */
export function learn(rates: Rates, work: Workload, seconds: Seconds): Rates {
  const units = unitsOf(work);
  const spent = { ...seconds, codec: seconds.encode + seconds.decode, picture: pictureSeconds(seconds) };
  const blended = RATES.map((name) => {
    if (!(units[name] > 0)) return [name, rates[name]] as const;
    const now = spent[name] / units[name];
    return [name, blend(rates[name], now)] as const;
  });
  return Object.fromEntries(blended.filter(([, rate]) => rate !== undefined));
}

/** Seconds, or undefined where a rate that is needed was never measured. */
export function estimate(rates: Rates, work: Workload): number | undefined {
  const units = unitsOf(work);
  let seconds = 0;
  for (const name of RATES) {
    if (units[name] === 0) continue;
    const rate = rates[name];
    if (rate === undefined) return undefined;
    seconds += rate * units[name];
  }
  return seconds;
}

function unitsOf({ megapixels, model }: Workload): Record<keyof Rates, number> {
  if (model === undefined) return { invert: 0, drag: 0, sample: 0, codec: 0, picture: megapixels };
  const { tokens, evaluations, iterations, samples } = model;
  return {
    invert: evaluations * tokens,
    drag: iterations * tokens,
    sample: samples * tokens,
    codec: tokens,
    picture: megapixels,
  };
}

/** What is left of the whole time: decoding, the preview, the composite, writing. */
function pictureSeconds({ total, encode, invert, drag, sample, decode }: Seconds): number {
  return Math.max(0, total - encode - invert - drag - sample - decode);
}

function blend(before: number | undefined, now: number): number {
  return before === undefined ? now : NEWEST * now + (1 - NEWEST) * before;
}
