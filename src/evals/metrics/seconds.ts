/**
 * seconds: the engine's time for one edit, from decoding to the receipt; a planner's time is not in it. Lower is better.
 * Unit: seconds. Noise: the first edit of a process also loads the model and builds its graphs, and other work on the
 * machine shows: do not compare across machines. Source: the engine's clock (EditOutcome.seconds.total).
 */
import type { Scorer } from "../scorer.ts";

export const seconds: Scorer = {
  name: "seconds",
  label: "s",
  direction: "down",
  unit: "s",
  digits: 2,
  source: "the engine's clock (EditOutcome.seconds.total)",
  noise: { within: 0.5, from: "other work on the machine, and the first edit of a process also loads the model" },
  score: ({ seconds }) => seconds,
};
