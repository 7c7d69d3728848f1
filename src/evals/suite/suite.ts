/** A suite as the runner takes it: one file or two read, checked, defaults filled in, paths absolute. */
import type { Recipe, RegionSpec } from "../../engine/recipe/schema.ts";
import type { DragPoint } from "../points.ts";
import type { Scorer } from "../scorer.ts";
import type { Expectation, SuiteDefaults, Thresholds } from "./schema.ts";

export type { DragPoint } from "../points.ts";

export interface EditRequest {
  readonly type: "edit";
  readonly recipe: Recipe;
}

export interface SayRequest {
  readonly type: "say";
  readonly text: string;
  readonly region: RegionSpec | undefined;
}

/** Where a case is from, for reports and citations. */
export interface Provenance {
  /** e.g. "DragBench-DR". */
  readonly dataset: string;
  /** Folder or file in the data set. */
  readonly sample: string;
  /** SPDX identifier or a sentence; absent where the set does not say. */
  readonly licence?: string;
}

export interface SuiteCase {
  readonly name: string;
  readonly tags: readonly string[];
  /** Absolute path. */
  readonly image: string;
  /** Folder that relative masks refer to. */
  readonly baseDir: string;
  readonly request: EditRequest | SayRequest;
  readonly expect: Expectation;
  readonly thresholds: Thresholds;
  /** How often it is run, each with the next seed. At least 1. */
  readonly trials: number;
  /** Seconds that one trial may take; undefined: any. */
  readonly timeout?: number | undefined;
  /** Share of the weights of what is checked that must hold, 0–1; default 1. */
  readonly pass: number;
  /** Absolute path of the picture that the edit should give. */
  readonly truth?: string | undefined;
  readonly points?: readonly DragPoint[] | undefined;
  readonly provenance?: Provenance | undefined;
}

/** What a case has where nothing else is said. */
export const CASE_DEFAULTS = {
  tags: [],
  expect: {},
  thresholds: {},
  trials: 1,
  pass: 1,
} as const satisfies Partial<SuiteCase>;

export interface Suite {
  readonly name: string;
  readonly settings: Settings;
  readonly cases: readonly SuiteCase[];
  /** Beside the shipped ones. */
  readonly scorers?: readonly Scorer[];
  /** Of the means. */
  readonly thresholds: Thresholds;
}

export type Settings = Pick<Recipe, "quality" | "seed" | "model" | "options">;

/** What the caller wants otherwise than the file: flags of the command line. */
export type Overrides = Pick<SuiteDefaults, "quality" | "seed" | "model">;
