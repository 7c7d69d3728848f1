/** Where a suite stands, on stderr: a bar for the running case on a terminal, and a line for each finished one. */
import type { SuiteOptions } from "../evals/index.ts";
import type { Output } from "./deps.ts";
import { progressSink } from "./progress.ts";

type EvalProgress = Required<Pick<SuiteOptions, "onCase" | "onProgress">> & { end(): void };

export function evalProgress(stderr: Output, quiet: boolean): EvalProgress {
  // Off a terminal the finished cases are enough: the bar's lines would be ten a case.
  const sink = progressSink(stderr, quiet || !stderr.isTTY);
  return {
    onProgress({ index, total, name }, { done, total: steps }) {
      sink.onProgress({ stage: `${index}/${total} ${name}`, done, total: steps });
    },
    onCase({ index, total, name }, result) {
      sink.end();
      if (quiet) return;
      const how = result.status === "crashed" ? `crashed, ${result.error.code}` : result.status;
      stderr.write(`${index}/${total} ${name}: ${how}\n`);
    },
    end: () => sink.end(),
  };
}
