/** A suite as the runner takes it: one file or two read, checked, defaults filled in, paths absolute. */
import type { Recipe, RegionSpec } from "../../engine/recipe/schema.ts";
import type { Expectation, SuiteDefaults, Thresholds } from "./schema.ts";

export interface EditRequest {
  readonly type: "edit";
  readonly recipe: Recipe;
}

export interface SayRequest {
  readonly type: "say";
  readonly text: string;
  readonly region: RegionSpec | undefined;
}

export interface SuiteCase {
  readonly name: string;
  /** Absolute path. */
  readonly image: string;
  /** Folder that relative masks refer to. */
  readonly baseDir: string;
  readonly request: EditRequest | SayRequest;
  readonly expect: Expectation;
  readonly thresholds: Thresholds;
}

export interface Suite {
  readonly name: string;
  readonly settings: Settings;
  readonly cases: readonly SuiteCase[];
  /** Of the means. */
  readonly thresholds: Thresholds;
}

export type Settings = Pick<Recipe, "quality" | "seed" | "model" | "options">;

/** What the caller wants otherwise than the file: flags of the command line. */
export type Overrides = Pick<SuiteDefaults, "quality" | "seed" | "model">;
