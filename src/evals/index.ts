/** The evals' public face. */
export type { Baseline, BaselineCase, BaselinePicture } from "./baseline.ts";
export type { BrokenSample, Dataset, DatasetFormat } from "./dataset.ts";
export type { Measures } from "./measures.ts";
export type { CaseResult, CrashedCase, FinishedCase, MethodResult, SuiteResult } from "./result.ts";
export type { Cost, Sample, Shot, Zones } from "./sample.ts";
export { type Direction, defineScorer, NO_NOISE, type Noise, type Scorer } from "./scorer.ts";
export { type DefinedSuite, defineSuite, type SuiteDefinition } from "./suite/define.ts";
export { loadSuite } from "./suite/load.ts";
export type { Overrides, Suite, SuiteCase } from "./suite/suite.ts";
