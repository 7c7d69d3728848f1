/** A published data set on disk, as cases. */
import type { SuiteCase } from "./suite/suite.ts";

/** A sample that cannot be used, named: the others still run. */
export interface BrokenSample {
  /** Folder or file, relative to the data set. */
  readonly sample: string;
  /** What was expected and what was found. */
  readonly message: string;
}

export interface Dataset {
  /** e.g. "DragBench-DR". */
  readonly name: string;
  /** Each with `provenance`, and `truth` where the set has it. */
  readonly cases: readonly SuiteCase[];
  readonly broken: readonly BrokenSample[];
  /** What was decided on the way, in words for the report: the rule that made regions of points, frames that were added. */
  readonly notes: readonly string[];
}

export interface LoadOptions {
  /** Which samples are wanted, by their path in the set, asked before they are read; without it all are. */
  readonly wanted?: ((sample: string) => boolean) | undefined;
  /** No more whole samples than this are read: what lies behind them is not even looked at. */
  readonly limit?: number | undefined;
  /** Folder that remembers the regions that points became: the segmenter takes seconds for each. */
  readonly cacheDir?: string | undefined;
}

export interface DatasetFormat {
  /** As `--dataset-format` names it, e.g. "dragbench-dr". */
  readonly name: string;
  /** Whether the folder or file looks like this format; reads no more than a listing and one small file. */
  recognises(path: string): Promise<boolean>;
  /** @throws EditError `dataset-invalid` when no sample is whole. */
  load(path: string, options?: LoadOptions): Promise<Dataset>;
}
