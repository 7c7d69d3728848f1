/** The evals' public face. */
export type { EvalStudio } from "./make-edit.ts";
export { METRIC_NAMES, METRICS, type Measures, type MetricName } from "./metrics/index.ts";
export {
  type CaseResult,
  type FinishedCase,
  METHODS,
  type Method,
  type MethodResult,
  resultJson,
  type SuiteResult,
} from "./result.ts";
export { type Place, runSuite, type SuiteOptions } from "./run-suite.ts";
export { loadSuite } from "./suite/load.ts";
export type { Overrides, Suite, SuiteCase } from "./suite/suite.ts";
export { notesOf, numberText, summaryOf, tableText } from "./table.ts";
