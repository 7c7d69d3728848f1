/** Fuzzing as one call: for the script, the tests and the long run. */
import { fileURLToPath } from "node:url";
import type { Figures } from "./job.ts";
import { TARGETS } from "./targets/index.ts";
import { type Watched, watched } from "./watch.ts";

export const CORPUS = fileURLToPath(new URL("../corpus", import.meta.url));

export interface FuzzWish {
  readonly seed: number;
  /** For each target whose share is 1. */
  readonly seconds: number;
  /** For each target; without it the time alone decides, and only then the same seed gives other inputs. */
  readonly executions?: number;
  /** By name; all without it. */
  readonly targets?: readonly string[];
  /** false: the inputs follow from the seed alone. Default true. */
  readonly coverage?: boolean;
  /** Where inputs that reach new code are kept between runs. */
  readonly queue?: string;
  /** Instead of the kept one. */
  readonly corpus?: string;
  readonly log?: (line: string) => void;
}

/** Replays the corpus of every target, then feeds it new inputs. */
export function fuzz({
  log,
  coverage = true,
  queue = "",
  executions = 1e9,
  targets,
  corpus = CORPUS,
  ...wish
}: FuzzWish): Promise<Watched> {
  const names = targets ?? TARGETS.map(({ name }) => name);
  return watched({ ...wish, targets: names, coverage, queue, executions, corpus }, log);
}

export function figuresTable(figures: readonly Figures[]): string {
  const rows = figures.map(({ target, executions, valid, refused, reached, seconds, peakMemory }) => {
    const refusals = Object.values(refused).reduce((sum, count) => sum + count, 0);
    const cells = [target, executions, valid, refusals, reached, Math.round(seconds), Math.round(peakMemory / 2 ** 20)];
    return `| ${cells.join(" | ")} |`;
  });
  const head = "| target | inputs | valid | refused | characters of code reached | seconds | peak memory, MB |";
  return [head, "| --- | ---: | ---: | ---: | ---: | ---: | ---: |", ...rows].join("\n");
}
