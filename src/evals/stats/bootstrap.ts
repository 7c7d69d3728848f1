/**
 * Bootstrap intervals of a mean over cases: the percentile method (Efron, "Bootstrap methods: another look at the
 * jackknife", 1979). Cases are resampled, not trials or pixels: the question is how the mean would be on other cases.
 */
import type { Interval } from "../result.ts";
import { seededRandom } from "./random.ts";

const RESAMPLES = 2000;
const SEED = 42;
/** Of the resampled means, left and right of a 95 % interval. */
const TAIL = 0.025;

/** The interval of one value has no width: nothing is known of its spread. @throws TypeError without a value. */
export function bootstrapMean(values: readonly number[], resamples = RESAMPLES, seed = SEED): Interval {
  if (values.length === 0) throw new TypeError("Expected at least one value, got none");
  const random = seededRandom(seed);
  const means = Float64Array.from({ length: resamples }, () => resampledMean(values, random)).sort();
  const at = (share: number) => means[Math.min(resamples - 1, Math.max(0, Math.round(share * (resamples - 1))))] ?? 0;
  return { mean: meanOf(values), low: at(TAIL), high: at(1 - TAIL), count: values.length };
}

function resampledMean(values: readonly number[], random: () => number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[Math.floor(random() * values.length)] ?? 0;
  return sum / values.length;
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
