/** The cases that an eval is asked for: a suite's, or those of a data set. */
import { join, resolve } from "node:path";
import { EditError } from "../errors.ts";
import { loadDataset } from "../evals/datasets/index.ts";
import { selectCases } from "../evals/select.ts";
import { datasetSuite } from "../evals/suite/dataset-suite.ts";
import { loadSuite } from "../evals/suite/load.ts";
import type { Suite } from "../evals/suite/suite.ts";
import type { EvalFlags } from "./eval-flags.ts";

export interface LoadedSuite {
  readonly suite: Suite;
  /** For the report: rules that were applied, samples that are broken. */
  readonly notes: readonly string[];
}

/** @throws EditError `usage` for neither or both, `suite-invalid`, `dataset-invalid`, `not-found`. */
export async function evalSuite(
  name: string | undefined,
  flags: EvalFlags,
  { cwd, home }: { cwd: string; home: string },
): Promise<LoadedSuite> {
  const { dataset, datasetFormat, quality, seed, model, filter, tag = [], trials, timeout, limit } = flags;
  if ((name === undefined) === (dataset === undefined)) {
    throw new EditError("usage", `Expected a suite or --dataset, got ${name === undefined ? "neither" : "both"}`);
  }
  const overrides = { quality, seed, model };
  const wish = { filter, tags: tag, trials, timeout };
  if (dataset === undefined) {
    return { suite: limited(selectCases(await loadSuite(name ?? "", cwd, overrides), wish), limit), notes: [] };
  }
  const wanted = filter && ((sample: string) => filter.test(sample));
  const cacheDir = join(home, "evals", "regions");
  // Tags are known only when a sample is read.
  const first = tag.length === 0 ? limit : undefined;
  const loaded = datasetSuite(
    await loadDataset(resolve(cwd, dataset), { format: datasetFormat, wanted, limit: first, cacheDir }),
    overrides,
  );
  return { ...loaded, suite: limited(selectCases(loaded.suite, wish), limit) };
}

function limited(suite: Suite, limit: number | undefined): Suite {
  return limit === undefined ? suite : { ...suite, cases: suite.cases.slice(0, limit) };
}
