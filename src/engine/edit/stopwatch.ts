/** Seconds of an edit's stages; a stage that runs several times adds up. */
import { performance } from "node:perf_hooks";
import type { Seconds } from "../api.ts";
import { type StageMark, stageMarks } from "../telling.ts";

export type TimedStage = Exclude<keyof Seconds, "total">;

export class Stopwatch {
  readonly #started = performance.now();
  readonly #seconds = { encode: 0, invert: 0, drag: 0, sample: 0, decode: 0, composite: 0 };

  async time<T>(stage: TimedStage, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    stageMarks.publish({ stage, at: "begin" } satisfies StageMark);
    try {
      const result = await work();
      this.#seconds[stage] += (performance.now() - start) / 1000;
      return result;
    } finally {
      stageMarks.publish({ stage, at: "end" } satisfies StageMark);
    }
  }

  sheet(): Seconds {
    return { total: (performance.now() - this.#started) / 1000, ...this.#seconds };
  }
}
