/** A data set as a suite: its cases with the caller's settings, and what must be known of it. */
import type { Dataset } from "../dataset.ts";
import { DEFAULT_SETTINGS } from "./load.ts";
import type { Overrides, Settings, Suite, SuiteCase } from "./suite.ts";

export interface DatasetSuite {
  readonly suite: Suite;
  readonly notes: readonly string[];
}

/** No thresholds: a data set measures, it does not judge. */
export function datasetSuite({ name, cases, broken, notes }: Dataset, overrides: Overrides = {}): DatasetSuite {
  const wanted = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
  const settings: Settings = { ...DEFAULT_SETTINGS, ...wanted };
  const suite = { name, settings, thresholds: {}, cases: cases.map((one) => withSettings(one, settings)) };
  return { suite, notes: [...notes, ...broken.map(({ sample, message }) => `Left out ${sample}: ${message}`)] };
}

function withSettings(one: SuiteCase, { quality, seed, model, options }: Settings): SuiteCase {
  const { request } = one;
  if (request.type === "say") return one;
  const recipe = { ...request.recipe, quality, seed, model, options: { ...request.recipe.options, ...options } };
  return { ...one, request: { ...request, recipe } };
}
