/** Numbers taken again from the pictures that a run kept: for scorers that have changed since, or came in. */
import { join } from "node:path";
import { judge } from "./expect.ts";
import { factsOf } from "./facts-of.ts";
import { measure } from "./measures.ts";
import { type CaseResult, EDIT, type FinishedCase, type MethodResult } from "./result.ts";
import type { TrialGround } from "./run-trial.ts";
import { readShot, sampleOf, zonesOf } from "./sample.ts";
import type { Scorer } from "./scorer.ts";
import type { SuiteCase } from "./suite/suite.ts";

/** No engine runs. A crashed case and one whose pictures were not kept stay as they are. */
export async function rescore(
  one: SuiteCase,
  result: CaseResult,
  { scorers, networks }: Pick<TrialGround, "scorers" | "networks">,
  out: string,
): Promise<CaseResult> {
  if (result.status === "crashed" || result.methods.some(({ picture }) => picture === undefined)) return result;
  const original = await readShot(one.image);
  const zones = await zonesOf(result.recipe, original);
  const reference = { truth: one.truth === undefined ? undefined : await readShot(one.truth), points: one.points };
  const methods: MethodResult[] = [];
  for (const row of result.methods) {
    const shot = await readShot(join(out, row.picture ?? ""));
    const parts = { zones, original, result: shot, recipe: result.recipe, cost: row.cost, reference, networks };
    methods.push({ ...row, measures: await measure(sampleOf(parts), scorers) });
  }
  return rejudge(one, { ...result, methods, facts: await factsOf(one, zones, original) }, scorers);
}

/** The verdict by the suite as it is now: thresholds may have changed since the case ran. */
export function rejudge<Result extends CaseResult>(one: SuiteCase, result: Result, scorers: readonly Scorer[]): Result {
  if (result.status === "crashed") return result;
  const finished: FinishedCase = result;
  const measures = finished.methods.find(({ method }) => method === EDIT)?.measures ?? {};
  return { ...result, tags: one.tags, ...judge(one, { ...finished, measures }, scorers) };
}
