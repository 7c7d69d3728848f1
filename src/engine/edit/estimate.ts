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
  /** Everything that no model does, per million pixels, by the picture's size class: it is not proportional to size. */
  readonly picture?: Readonly<Record<string, number>> | undefined;
}

const MODEL_RATES = ["invert", "drag", "sample", "codec"] as const;
/** The newest edit counts half: speeds change with what else the machine does. */
const NEWEST = 0.5;
/** A picture of up to four times, or a quarter of, a measured one is near enough. */
const NEAR_CLASSES = 2;

/** Rates after one more edit of this work took these seconds. */
export function learn(rates: Rates, work: Workload, seconds: Seconds): Rates {
  const units = modelUnits(work);
  const spent = { ...seconds, codec: seconds.encode + seconds.decode };
  const measured = MODEL_RATES.filter((name) => units[name] > 0).map((name) => {
    return [name, blend(rates[name], spent[name] / units[name])] as const;
  });
  const size = String(sizeClass(work.megapixels));
  const picture = blend(rates.picture?.[size], pictureSeconds(seconds) / work.megapixels);
  return { ...rates, ...Object.fromEntries(measured), picture: { ...rates.picture, [size]: picture } };
}

/** Seconds, or undefined where a rate that is needed was never measured. */
export function estimate(rates: Rates, work: Workload): number | undefined {
  const units = modelUnits(work);
  const parts = MODEL_RATES.filter((name) => units[name] > 0).map((name) => times(rates[name], units[name]));
  parts.push(times(nearestRate(rates.picture ?? {}, work.megapixels), work.megapixels));
  return parts.reduce<number | undefined>(add, 0);
}

function nearestRate(picture: Readonly<Record<string, number>>, megapixels: number): number | undefined {
  const distance = (size: string): number => Math.abs(Number(size) - sizeClass(megapixels));
  const [nearest] = Object.entries(picture).sort(([a], [b]) => distance(a) - distance(b));
  return nearest !== undefined && distance(nearest[0]) <= NEAR_CLASSES ? nearest[1] : undefined;
}

/** Doublings of a million pixels, rounded down. */
function sizeClass(megapixels: number): number {
  return Math.floor(Math.log2(megapixels));
}

function modelUnits({ model }: Workload): Record<(typeof MODEL_RATES)[number], number> {
  if (model === undefined) return { invert: 0, drag: 0, sample: 0, codec: 0 };
  const { tokens, evaluations, iterations, samples } = model;
  return { invert: evaluations * tokens, drag: iterations * tokens, sample: samples * tokens, codec: tokens };
}

/** What is left of the whole time: decoding, the preview, the composite, writing. */
function pictureSeconds({ total, encode, invert, drag, sample, decode }: Seconds): number {
  return Math.max(0, total - encode - invert - drag - sample - decode);
}

function blend(before: number | undefined, now: number): number {
  return before === undefined ? now : NEWEST * now + (1 - NEWEST) * before;
}

function times(rate: number | undefined, units: number): number | undefined {
  return rate === undefined ? undefined : rate * units;
}

function add(sum: number | undefined, part: number | undefined): number | undefined {
  return sum === undefined || part === undefined ? undefined : sum + part;
}
