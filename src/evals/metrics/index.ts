/** All metrics under the names that suites and results use, in the order of the table's columns. */
import type { Scene } from "../scene.ts";
import { fillTexture, score, seamEnergy, sourceCleared, targetArrived } from "./gates.ts";
import type { Metric } from "./metric.ts";
import { outsideChanged } from "./outside-changed.ts";
import { peakMemory } from "./peak-memory.ts";
import { seconds } from "./seconds.ts";
import { sourcePsnr } from "./source-psnr.ts";
import { targetPsnr } from "./target-psnr.ts";

export const METRICS = {
  score,
  source_cleared: sourceCleared,
  target_arrived: targetArrived,
  seam_energy: seamEnergy,
  fill_texture: fillTexture,
  target_psnr: targetPsnr,
  source_psnr: sourcePsnr,
  outside_changed: outsideChanged,
  seconds,
  peak_memory: peakMemory,
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;
// The table's own keys.
export const METRIC_NAMES = Object.keys(METRICS) as MetricName[];

/** A metric without anything to measure is absent. */
export type Measures = Readonly<Partial<Record<MetricName, number>>>;

export function measure(scene: Scene): Measures {
  const measured = METRIC_NAMES.map((name) => [name, METRICS[name].of(scene)] as const);
  return Object.fromEntries(measured.filter(([, value]) => value !== undefined));
}

/** Per metric over the results that have it. */
export function meanMeasures(all: readonly Measures[]): Measures {
  const means = METRIC_NAMES.map((name) => {
    const values = all.flatMap((measures) => measures[name] ?? []);
    return [name, values.reduce((sum, value) => sum + value, 0) / values.length] as const;
  });
  return Object.fromEntries(means.filter(([, mean]) => !Number.isNaN(mean)));
}
