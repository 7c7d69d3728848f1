/** Fuzzing as a part of the long run. */
import type { PartOptions, PartResult } from "../long/part.ts";
import { fuzz } from "./run.ts";
import { TARGETS } from "./targets/index.ts";

const SHARES = TARGETS.reduce((sum, { share = 1 }) => sum + share, 0);

/** Every target for its share of the minutes; a finding is a fault. */
export async function fuzzPart({
  seed,
  minutes,
  log,
}: Pick<PartOptions, "seed" | "minutes" | "log">): Promise<PartResult> {
  const { figures, findings } = await fuzz({ seed, seconds: (60 * minutes) / SHARES, log });
  const inputs = figures.map(({ target, executions }) => [target, executions] as const);
  return {
    runs: inputs.reduce((sum, [, executions]) => sum + executions, 0),
    faults: findings.map(({ target, what, detail }) => `${target}: ${what}: ${detail.split("\n")[0]}`),
    figures: {
      ...Object.fromEntries(inputs),
      "peak memory, MB": Math.round(Math.max(0, ...figures.map(({ peakMemory }) => peakMemory)) / 2 ** 20),
    },
  };
}
