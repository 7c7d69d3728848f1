/** What a run of a suite leaves: plain data, but for the paths of pictures, which live as long as the session. */
import type { EditOutcome, Warning } from "../engine/api.ts";
import type { Quality, Recipe } from "../engine/recipe/schema.ts";
import type { ErrorRecord } from "../errors.ts";
import type { Measures } from "./metrics/index.ts";
import type { Settings } from "./suite/suite.ts";

/** The edit, and what it must beat to have done anything: no change, a copy at the target, the tier without a model. */
export const METHODS = ["nothing", "paste", "preview", "edit"] as const;
export type Method = (typeof METHODS)[number];

export interface MethodResult {
  readonly method: Method;
  readonly measures: Measures;
}

interface CaseBase {
  readonly name: string;
  /** File name of the picture. */
  readonly image: string;
  /** The request's words; absent for an edit case. */
  readonly said?: string;
}

export interface FinishedCase extends CaseBase {
  readonly status: "passed" | "missed";
  /** What was expected and did not come, in words. */
  readonly missed: readonly string[];
  /** The motions in words. */
  readonly understood: string;
  /** Whose picture the result is, and the score of every tier that was tried. */
  readonly tier: Quality;
  readonly tierScores: Readonly<Partial<Record<Quality, number>>>;
  readonly methods: readonly MethodResult[];
  readonly recipe: Recipe;
  readonly warnings: readonly Warning[];
  readonly files: EditOutcome["files"];
}

export interface CrashedCase extends CaseBase {
  readonly status: "crashed";
  readonly error: ErrorRecord;
}

export type CaseResult = FinishedCase | CrashedCase;

export interface SuiteResult {
  readonly suite: string;
  readonly status: "passed" | "missed" | "crashed";
  readonly settings: Settings;
  readonly host: { readonly version: string; readonly node: string; readonly platform: string; readonly cpu: string };
  readonly cases: readonly CaseResult[];
  /** Over the cases that did not crash and that ran the method. */
  readonly means: readonly MethodResult[];
  /** What the means missed, in words. */
  readonly missed: readonly string[];
}

/** The whole result as data that outlives the session. */
export function resultJson({ cases, ...rest }: SuiteResult): object {
  return { ...rest, cases: cases.map(withoutFiles) };
}

function withoutFiles(result: CaseResult): object {
  if (result.status === "crashed") return result;
  const { files, ...rest } = result;
  return rest;
}
