/** What all trials of a run come to: means with intervals, comparisons, and whether the suite passed. */
import { cpus } from "node:os";
import { packageVersion } from "../tools/version.ts";
import { missedThresholds } from "./expect.ts";
import type { Measures } from "./measures.ts";
import { type CaseResult, EDIT, type Host, type MethodSummary, OLD, type SuiteResult } from "./result.ts";
import type { Scorer } from "./scorer.ts";
import { bootstrapMean } from "./stats/bootstrap.ts";
import { compare } from "./stats/compare.ts";
import { perCase } from "./stats/per-case.ts";
import type { Suite } from "./suite/suite.ts";

export interface TogetherWish {
  readonly scorers: readonly Scorer[];
  /** As typed, to run it again. */
  readonly command: string;
  /** An older run's cases. */
  readonly old?: readonly CaseResult[] | undefined;
  readonly notes?: readonly string[];
}

export function together(suite: Suite, cases: readonly CaseResult[], wish: TogetherWish): SuiteResult {
  const { scorers, command, old, notes = [] } = wish;
  const methods = methodsOf(cases);
  const summary = methods.map((method) => summarised(method, perCase(cases, method)));
  const edits = perCase(cases, EDIT);
  const comparisons = methods
    .filter((method) => method !== EDIT)
    .map((method) => compare(method, edits, perCase(cases, method), scorers));
  const missed = missedThresholds(suite.thresholds, meansOf(summary), scorers).map((text) => `mean: ${text}`);
  return {
    format: 1,
    suite: suite.name,
    status: statusOf(cases, missed),
    settings: suite.settings,
    host: host(),
    command,
    cases,
    summary,
    comparisons: old ? [...comparisons, compare(OLD, edits, perCase(old, EDIT), scorers)] : comparisons,
    missed,
    notes,
  };
}

/** In the order in which they stand in the cases, the edit last. */
function methodsOf(cases: readonly CaseResult[]): string[] {
  const names = cases.flatMap((one) => (one.status === "crashed" ? [] : one.methods.map(({ method }) => method)));
  const all = new Set(names.filter((name) => name !== EDIT));
  return names.includes(EDIT) ? [...all, EDIT] : [...all];
}

function summarised(method: string, measures: ReadonlyMap<string, Measures>): MethodSummary {
  const names = new Set([...measures.values()].flatMap((one) => Object.keys(one)));
  const intervals = [...names].map((name) => {
    return [name, bootstrapMean([...measures.values()].flatMap((one) => one[name] ?? []))] as const;
  });
  return { method, intervals: Object.fromEntries(intervals) };
}

function meansOf(summary: readonly MethodSummary[]): Measures {
  const intervals = summary.find(({ method }) => method === EDIT)?.intervals ?? {};
  return Object.fromEntries(Object.entries(intervals).map(([name, { mean }]) => [name, mean]));
}

function statusOf(cases: readonly CaseResult[], missed: readonly string[]): SuiteResult["status"] {
  const some = (status: CaseResult["status"]) => cases.some((one) => one.status === status);
  if (some("crashed")) return "crashed";
  return some("missed") || missed.length > 0 ? "missed" : "passed";
}

function host(): Host {
  const { version: node, platform } = process;
  return { version: packageVersion(), node, platform, cpu: cpus()[0]?.model.trim() ?? "unknown" };
}
