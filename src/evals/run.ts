/** One run of a suite: what is known is taken over, the rest runs, and everything is put together. */

import { join } from "node:path";
import { writeWhole } from "../engine/write-whole.ts";
import { JOURNAL_FILE, Journal, readJournal } from "./journal.ts";
import { readRun } from "./previous.ts";
import { rejudge, rescore } from "./rescore.ts";
import type { CaseResult, SuiteResult } from "./result.ts";
import { type RunOptions, runTrials } from "./run-suite.ts";
import type { TrialGround } from "./run-trial.ts";
import { failedNames } from "./select.ts";
import type { EvalStudio } from "./studio.ts";
import type { Suite } from "./suite/suite.ts";
import { together } from "./together.ts";
import { type KeyGround, type Trial, trialsOf } from "./trials.ts";

export interface RunPlan {
  /** With the cases that are wanted. */
  readonly suite: Suite;
  readonly keys: KeyGround;
  readonly ground: TrialGround;
  /** `fresh` knows nothing; `resume` takes what the folder's journal has; `rescore` runs nothing. */
  readonly mode: "fresh" | "resume" | "rescore";
  /** results.json of an older run, or its folder. */
  readonly old: string | undefined;
  /** Only cases that did not pass: in the older run where there is one, else in the folder's journal. */
  readonly onlyFailed: boolean;
  /** As typed, to run it again. */
  readonly command: string;
  readonly notes: readonly string[];
}

/** Opens as many studios as trials may run at once, and closes them after `work`. */
export type WithStudios = <Result>(work: (studios: readonly EvalStudio[]) => Promise<Result>) => Promise<Result>;

/** @throws EditError `cancelled`, `not-found` for an older run that is not there, `out-unwritable` while it records. */
export async function runEval(plan: RunPlan, withStudios: WithStudios, options: RunOptions): Promise<SuiteResult> {
  const { ground, command, notes } = plan;
  const old = plan.old === undefined ? undefined : await readRun(plan.old);
  const suite = onlyFailed(plan, old);
  const trials = await trialsOf(suite, plan.keys);
  const known = await knownResults(plan, trials, old);
  const missing = trials.some(({ key }) => !known.has(key));
  const run = (studios: readonly EvalStudio[]) => journalled(plan, trials, studios, { ...options, known });
  // What is known wholly needs no engine.
  const cases = plan.mode === "rescore" || !missing ? await settledOf(plan, trials, known) : await withStudios(run);
  return together(suite, cases, { scorers: ground.scorers, command, old, notes });
}

function onlyFailed({ suite, onlyFailed }: RunPlan, old: readonly CaseResult[] | undefined): Suite {
  if (!onlyFailed || old === undefined) return suite;
  const failed = failedNames(old);
  return { ...suite, cases: suite.cases.filter(({ name }) => failed.has(name)) };
}

/** By key, judged by the suite as it is now. A rescored result keeps its own key: it may be of older code. */
async function knownResults(
  plan: RunPlan,
  trials: readonly Trial[],
  old: readonly CaseResult[] | undefined,
): Promise<ReadonlyMap<string, CaseResult>> {
  const { out, scorers } = plan.ground;
  if (out === undefined || plan.mode === "fresh") return new Map();
  const { results } = await readJournal<CaseResult>(out);
  const failed = plan.onlyFailed && old === undefined ? failedNames(results.values()) : new Set<string>();
  const rows = trials.flatMap(({ key, one, trial }) => {
    const result = plan.mode === "rescore" ? latest(results, one.name, trial) : results.get(key);
    return result === undefined || failed.has(one.name) ? [] : [[key, rejudge(one, result, scorers)] as const];
  });
  return new Map(rows);
}

function latest(results: ReadonlyMap<string, CaseResult>, name: string, trial: number): CaseResult | undefined {
  return [...results.values()].findLast((one) => one.name === name && one.trial === trial);
}

async function journalled(
  { ground }: RunPlan,
  trials: readonly Trial[],
  studios: readonly EvalStudio[],
  options: RunOptions,
): Promise<CaseResult[]> {
  const journal = ground.out === undefined ? undefined : await Journal.open<CaseResult>(ground.out);
  const onCase: RunOptions["onCase"] = async (place, result, isKnown) => {
    if (!isKnown) await journal?.add(result);
    await options.onCase?.(place, result, isKnown);
  };
  try {
    return await runTrials(trials, studios, ground, { ...options, onCase });
  } finally {
    await journal?.close();
  }
}

/** Of the trials that are known, scored again where that is wanted; the journal then holds the new numbers. */
async function settledOf(
  { mode, ground }: RunPlan,
  trials: readonly Trial[],
  known: ReadonlyMap<string, CaseResult>,
): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for (const { key, one } of trials) {
    const result = known.get(key);
    if (result === undefined) continue;
    const isAgain = mode === "rescore" && ground.out !== undefined;
    results.push(isAgain ? await rescore(one, result, ground, ground.out ?? "") : result);
  }
  if (mode === "rescore" && ground.out !== undefined) await rewritten(ground.out, results);
  return results;
}

async function rewritten(out: string, results: readonly CaseResult[]): Promise<void> {
  const { results: before } = await readJournal<CaseResult>(out);
  const all = new Map([...before, ...results.map((one) => [one.key, one] as const)]);
  const text = [...all.values()].map((one) => `${JSON.stringify(one)}\n`).join("");
  await writeWhole(join(out, JOURNAL_FILE), text);
}
