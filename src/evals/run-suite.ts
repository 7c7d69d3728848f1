/** All cases of a suite, one after another, and what they come to together. */
import { cpus } from "node:os";
import type { CallOptions, Progress } from "../engine/api.ts";
import { EditError } from "../errors.ts";
import { packageVersion } from "../tools/version.ts";
import { missedThresholds } from "./expect.ts";
import type { EvalStudio } from "./make-edit.ts";
import { meanMeasures } from "./metrics/index.ts";
import { type CaseResult, METHODS, type MethodResult, type SuiteResult } from "./result.ts";
import { runCase } from "./run-case.ts";
import type { Suite } from "./suite/suite.ts";

export interface Place {
  /** From 1. */
  readonly index: number;
  readonly total: number;
  readonly name: string;
}

export interface SuiteOptions extends Pick<CallOptions, "signal"> {
  /** Of the engine's work on one case; baselines start from 0 again. */
  readonly onProgress?: (place: Place, progress: Progress) => void;
  readonly onCase?: (place: Place, result: CaseResult) => void;
}

/** @throws EditError `cancelled`; what goes wrong in a case is that case's result. */
export async function runSuite(suite: Suite, studio: EvalStudio, options: SuiteOptions = {}): Promise<SuiteResult> {
  const { signal, onProgress, onCase } = options;
  const results: CaseResult[] = [];
  for (const [i, one] of suite.cases.entries()) {
    if (signal?.aborted) throw new EditError("cancelled", "Interrupted");
    const place = { index: i + 1, total: suite.cases.length, name: one.name };
    // A signal of its own: what a case's calls leave listening goes with the case.
    const own = signal && AbortSignal.any([signal]);
    const call = { ...(own && { signal: own }), onProgress: (progress: Progress) => onProgress?.(place, progress) };
    const result = await runCase(studio, one, suite.settings, call);
    results.push(result);
    onCase?.(place, result);
  }
  return together(suite, results);
}

function together({ name, settings, thresholds }: Suite, cases: readonly CaseResult[]): SuiteResult {
  const means = meansOf(cases);
  const edits = means.find(({ method }) => method === "edit")?.measures ?? {};
  const missed = missedThresholds(thresholds, edits).map((text) => `mean: ${text}`);
  const some = (status: CaseResult["status"]) => cases.some((one) => one.status === status);
  const status = some("crashed") ? "crashed" : some("missed") || missed.length > 0 ? "missed" : "passed";
  return { suite: name, status, settings, host: host(), cases, means, missed };
}

function meansOf(cases: readonly CaseResult[]): MethodResult[] {
  const all = cases.flatMap((one) => (one.status === "crashed" ? [] : one.methods));
  return METHODS.flatMap((method) => {
    const measures = all.filter((one) => one.method === method).map((one) => one.measures);
    return measures.length === 0 ? [] : [{ method, measures: meanMeasures(measures) }];
  });
}

function host(): SuiteResult["host"] {
  const { version: node, platform } = process;
  return { version: packageVersion(), node, platform, cpu: cpus()[0]?.model.trim() ?? "unknown" };
}
