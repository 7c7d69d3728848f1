/** What a run of a suite leaves: plain data that is written as JSON and read again. */
import type { Warning } from "../engine/api.ts";
import type { Quality, Recipe } from "../engine/recipe/schema.ts";
import type { ErrorRecord } from "../errors.ts";
import type { Facts } from "./facts.ts";
import type { Measures } from "./measures.ts";
import type { Cost } from "./sample.ts";
import type { Provenance, Settings } from "./suite/suite.ts";

/** The edit's own row beside those of the baselines. */
export const EDIT = "edit";

export interface MethodResult {
  /** "edit", or a baseline's name. */
  readonly method: string;
  readonly measures: Measures;
  readonly cost: Cost;
  /** Of the picture, relative to the run's folder; absent where the run keeps none. */
  readonly picture?: string;
}

/** Pictures that explain a case beside its results. */
export const EXPLAINING = ["before", "regions", "editable", "diff"] as const;
export type ExplainingPicture = (typeof EXPLAINING)[number];

/** One call of the agent. */
export interface ToolStep {
  readonly tool: string;
  readonly why: string;
  readonly isError: boolean;
  /** Seconds from the start of the request to the tool's answer. */
  readonly at: number;
}

/** What the language model took; absent where none was asked. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly money?: { readonly amount: number; readonly currency: string };
}

interface CaseBase {
  /** Hash of all that the result depends on: a case with a known key is not run again. */
  readonly key: string;
  readonly name: string;
  /** From 1. */
  readonly trial: number;
  /** File name of the picture. */
  readonly image: string;
  readonly tags: readonly string[];
  /** The request's words; absent for an edit case. */
  readonly said?: string;
  readonly provenance?: Provenance;
  /** Wall clock of everything that the trial took, baselines included. */
  readonly wallSeconds: number;
}

/** Code of the warning that says why a baseline has no row. */
export const BASELINE_FAILED = "baseline-failed";

export interface FinishedCase extends CaseBase {
  readonly status: "passed" | "missed";
  /** Weighted share of what was checked that held, 0–1. */
  readonly grade: number;
  /** What was expected and did not come, in words. */
  readonly missed: readonly string[];
  /** The motions in words. */
  readonly understood: string;
  readonly facts: Facts;
  /** Whose picture the result is, and the score of every tier that was tried. */
  readonly tier: Quality;
  readonly tierScores: Readonly<Partial<Record<Quality, number>>>;
  /** Baselines first, the edit last. */
  readonly methods: readonly MethodResult[];
  readonly recipe: Recipe;
  readonly warnings: readonly Warning[];
  readonly losses: readonly number[];
  /** Of a say case. */
  readonly steps?: readonly ToolStep[];
  readonly usage?: Usage;
  /** Pictures that explain it, relative to the run's folder. */
  readonly pictures?: Readonly<Record<ExplainingPicture, string>>;
}

export interface CrashedCase extends CaseBase {
  readonly status: "crashed";
  readonly error: ErrorRecord;
}

/** One trial of a case. */
export type CaseResult = FinishedCase | CrashedCase;

/** A mean over cases (each the mean of its trials) with its bootstrap 95 % interval. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Cases behind it. */
  readonly count: number;
}

export interface MethodSummary {
  readonly method: string;
  readonly intervals: Readonly<Record<string, Interval>>;
}

/** Differences edit − other. A tie is a difference within the scorer's noise. */
export interface ScorerComparison extends Interval {
  readonly wins: number;
  readonly ties: number;
  readonly losses: number;
}

/** The edit against another method, or against an older run: paired over the cases that both have. */
export interface Comparison {
  /** A baseline's name, or OLD for an older run's edit. */
  readonly against: string;
  readonly scorers: Readonly<Record<string, ScorerComparison>>;
}

/** The edit of an older run, as comparisons name it. */
export const OLD = "old";

export interface SuiteResult {
  readonly format: 1;
  readonly suite: string;
  readonly status: "passed" | "missed" | "crashed";
  readonly settings: Settings;
  readonly host: Host;
  /** How to run it again, as typed. */
  readonly command: string;
  readonly cases: readonly CaseResult[];
  readonly summary: readonly MethodSummary[];
  readonly comparisons: readonly Comparison[];
  /** What the means missed, in words. */
  readonly missed: readonly string[];
  /** Of the data set: rules that were applied, samples that are broken. */
  readonly notes: readonly string[];
}

export interface Host {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
}
