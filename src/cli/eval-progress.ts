/** Where a suite stands, on stderr: a bar for the running case on a terminal, and a line for each finished one. */
import type { RunOptions } from "../evals/run-suite.ts";
import type { Output } from "./deps.ts";
import { progressSink } from "./progress.ts";

type EvalProgress = Required<Pick<RunOptions, "onCase" | "onProgress">> & { end(): void };

/** `now` in milliseconds. */
export function evalProgress(stderr: Output, quiet: boolean, now: () => number = Date.now): EvalProgress {
  // Off a terminal the finished cases are enough: the bar's lines would be ten a case.
  const sink = progressSink(stderr, quiet || !stderr.isTTY);
  const began = now();
  let [done, ran] = [0, 0];
  return {
    onProgress({ index, total, name }, { done, total: steps }) {
      sink.onProgress({ stage: `${index}/${total} ${name}`, done, total: steps });
    },
    onCase({ index, total, name }, result, isKnown) {
      sink.end();
      done++;
      if (!isKnown) ran++;
      if (quiet) return;
      const how = result.status === "crashed" ? `crashed, ${result.error.code}` : result.status;
      const left = leftWords(total - done, ran, now() - began);
      stderr.write(`${index}/${total} ${name}: ${how}${isKnown ? " (known)" : ""}${left}\n`);
    },
    end: () => sink.end(),
  };
}

/** From what the finished ones took; trials that run beside each other are in it. Nothing for less than ten seconds. */
function leftWords(open: number, ran: number, milliseconds: number): string {
  if (open === 0 || ran === 0) return "";
  const seconds = (milliseconds / 1000 / ran) * open;
  if (seconds < 10) return "";
  return `, about ${seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`} left`;
}
