/** A sample's numbers by the names of their scorers. */
import type { Sample } from "./sample.ts";
import type { Scorer } from "./scorer.ts";

/** A scorer without anything to measure is absent. */
export type Measures = Readonly<Record<string, number>>;

/** One after another: scorers may share a network. A number that is none (NaN, infinite) is left out. */
export async function measure(sample: Sample, scorers: readonly Scorer[]): Promise<Measures> {
  const measures: Record<string, number> = {};
  for (const scorer of scorers) {
    const value = await scorer.score(sample);
    if (value !== undefined && Number.isFinite(value)) measures[scorer.name] = value;
  }
  return measures;
}

/** Per scorer over the results that have it. */
export function meanMeasures(all: readonly Measures[]): Measures {
  const names = [...new Set(all.flatMap((measures) => Object.keys(measures)))];
  return Object.fromEntries(
    names.map((name) => {
      const values = all.flatMap((measures) => measures[name] ?? []);
      return [name, values.reduce((sum, value) => sum + value, 0) / values.length];
    }),
  );
}
