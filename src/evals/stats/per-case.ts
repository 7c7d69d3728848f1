/** A method's numbers case by case: the mean of a case's trials, so that a case with more trials weighs no more. */
import { type Measures, meanMeasures } from "../measures.ts";
import type { CaseResult } from "../result.ts";

/** By the case's name, in the order of the results; cases without a finished trial of the method are absent. */
export function perCase(cases: readonly CaseResult[], method: string): Map<string, Measures> {
  const trials = new Map<string, Measures[]>();
  for (const one of cases) {
    if (one.status === "crashed") continue;
    const measures = one.methods.find((row) => row.method === method)?.measures;
    if (measures) trials.set(one.name, [...(trials.get(one.name) ?? []), measures]);
  }
  return new Map([...trials].map(([name, all]) => [name, meanMeasures(all)]));
}
