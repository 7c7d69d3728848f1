/**
 * peak_memory: the most memory the engine's process has held since it started, so it never falls from case to case.
 * Lower is better. Unit: MB (10⁶ bytes). Noise: some per cent. Source: getrusage's maximum resident set
 * (EditOutcome.peakMemoryBytes). Not measured for doing nothing.
 */
import type { Scorer } from "../scorer.ts";

export const peakMemory: Scorer = {
  name: "peak_memory",
  label: "MB",
  direction: "down",
  unit: "MB",
  digits: 0,
  source: "getrusage's maximum resident set (EditOutcome.peakMemoryBytes)",
  noise: { within: 50, from: "some per cent from run to run: the allocator's and the threads' timing" },
  score: ({ peakMemoryBytes }) => (peakMemoryBytes === undefined ? undefined : peakMemoryBytes / 1e6),
};
