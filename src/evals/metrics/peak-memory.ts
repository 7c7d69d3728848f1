/**
 * peak_memory: the most memory the engine's process has held since it started, so it never falls from case to case.
 * Lower is better. Unit: MB (10⁶ bytes). Noise: some per cent. Source: getrusage's maximum resident set
 * (EditOutcome.peakMemoryBytes). Not measured for doing nothing.
 */
import type { Metric } from "./metric.ts";

export const peakMemory: Metric = {
  label: "MB",
  better: "lower",
  unit: "MB",
  digits: 0,
  of: ({ peakMemoryBytes }) => (peakMemoryBytes === undefined ? undefined : peakMemoryBytes / 1e6),
};
