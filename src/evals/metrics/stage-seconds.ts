/**
 * seconds_encode … seconds_composite: the engine's time in each stage of one edit. Lower is better. Unit: seconds. Noise:
 * as for seconds. Source: the engine's clock (EditOutcome.seconds). Absent for a method that no engine made.
 */
import type { Seconds } from "../../engine/api.ts";
import type { Scorer } from "../scorer.ts";

const STAGES = [
  "encode",
  "invert",
  "drag",
  "sample",
  "decode",
  "composite",
] as const satisfies readonly (keyof Seconds)[];

export const STAGE_SECONDS: readonly Scorer[] = STAGES.map((stage) => ({
  name: `seconds_${stage}`,
  label: `s ${stage}`,
  direction: "down",
  unit: "s",
  digits: 2,
  source: `the engine's clock (EditOutcome.seconds.${stage})`,
  isDetail: true,
  noise: { within: 0.5, from: "other work on the machine, and the first edit of a process also loads the model" },
  score: ({ stages }) => stages?.[stage],
}));
