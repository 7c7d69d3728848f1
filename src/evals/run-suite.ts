/** All trials of a suite, several at a time where there are several studios; what is known already is not run again. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CallOptions, Progress } from "../engine/api.ts";
import { EditError } from "../errors.ts";
import type { CaseResult } from "./result.ts";
import { runTrial, type TrialGround } from "./run-trial.ts";
import type { EvalStudio } from "./studio.ts";
import type { Trial } from "./trials.ts";

export interface Place {
  /** From 1, in the suite's order. */
  readonly index: number;
  readonly total: number;
  readonly name: string;
}

export interface RunOptions extends Pick<CallOptions, "signal"> {
  /** Results by key: their trials are not run. */
  readonly known?: ReadonlyMap<string, CaseResult>;
  /** Of the engine's work on one trial; baselines start from 0 again. */
  readonly onProgress?: (place: Place, progress: Progress) => void;
  /** Awaited, so that a result is safe before the next trial starts. */
  readonly onCase?: (place: Place, result: CaseResult, isKnown: boolean) => void | Promise<void>;
}

/** In the trials' order. @throws EditError `cancelled`; what goes wrong in a trial is that trial's result. */
export async function runTrials(
  trials: readonly Trial[],
  studios: readonly EvalStudio[],
  ground: TrialGround,
  options: RunOptions = {},
): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  const open = [...trials.entries()];
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const worker = async (studio: EvalStudio) => {
    for (let next = open.shift(); next !== undefined; next = open.shift()) {
      const [i, trial] = next;
      results[i] = await settled(studio, trial, placeOf(trial, i, trials.length), ground, { ...options, signal });
    }
  };
  // The first that fails stops the others, and is waited for with them: nobody may use a studio that is closed.
  const ends = await Promise.allSettled(studios.map((studio) => worker(studio).catch((error) => failed(stop, error))));
  const failure = ends.find((end) => end.status === "rejected");
  if (failure) throw options.signal?.aborted ? new EditError("cancelled", "Interrupted") : stop.signal.reason;
  return results;
}

function failed(stop: AbortController, error: unknown): never {
  if (!stop.signal.aborted) stop.abort(error);
  throw error;
}

function placeOf({ one, trial }: Trial, i: number, total: number): Place {
  return { index: i + 1, total, name: one.trials === 1 ? one.name : `${one.name} (trial ${trial})` };
}

async function settled(
  studio: EvalStudio,
  trial: Trial,
  place: Place,
  ground: TrialGround,
  { known, onProgress, onCase, signal }: RunOptions,
): Promise<CaseResult> {
  if (signal?.aborted) throw new EditError("cancelled", "Interrupted");
  const before = known?.get(trial.key);
  const call = { ...(signal ? { signal } : {}), onProgress: (progress: Progress) => onProgress?.(place, progress) };
  const result = before ?? (await inFolder((work) => runTrial(studio, ground, trial, work, call)));
  await onCase?.(place, result, before !== undefined);
  return result;
}

async function inFolder<Result>(use: (dir: string) => Promise<Result>): Promise<Result> {
  const dir = await mkdtemp(join(tmpdir(), "dragflow-eval-"));
  try {
    return await use(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
