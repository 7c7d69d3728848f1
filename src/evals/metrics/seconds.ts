/**
 * seconds: the engine's time for one edit, from decoding to the receipt; a planner's time is not in it. Lower is better.
 * Unit: seconds. Noise: the first edit of a process also loads the model and builds its graphs, and other work on the
 * machine shows: do not compare across machines. Source: the engine's clock (EditOutcome.seconds.total).
 */
import type { Metric } from "./metric.ts";

export const seconds: Metric = { label: "s", better: "lower", unit: "s", digits: 2, of: ({ seconds }) => seconds };
