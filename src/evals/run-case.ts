/** One case: its edit and the baselines, all measured over the edit's own zones, held against what is expected. */
import { basename } from "node:path";
import { describeMotion } from "../agent/index.ts";
import type { CallOptions, EditOutcome } from "../engine/api.ts";
import type { Recipe } from "../engine/recipe/schema.ts";
import { EditError, errorRecord } from "../errors.ts";
import { missedExpectations, missedThresholds } from "./expect.ts";
import { type EvalStudio, makeEdit, wishOf } from "./make-edit.ts";
import { type Measures, measure } from "./metrics/index.ts";
import type { CaseResult, FinishedCase, Method, MethodResult } from "./result.ts";
import { readShot, type Shot, sceneOf, type Zones, zonesOf } from "./scene.ts";
import type { Settings, SuiteCase } from "./suite/suite.ts";

/** Whatever goes wrong in a case is its result; only cancelling is thrown. */
export async function runCase(
  studio: EvalStudio,
  one: SuiteCase,
  settings: Settings,
  call: CallOptions,
): Promise<CaseResult> {
  const { request } = one;
  const name = {
    name: one.name,
    image: basename(one.image),
    ...(request.type === "say" ? { said: request.text } : {}),
  };
  try {
    return { ...name, ...(await finished(studio, one, settings, call)) };
  } catch (error) {
    if (call.signal?.aborted || (error instanceof EditError && error.code === "cancelled")) throw error;
    return { ...name, status: "crashed", error: errorRecord(error) };
  }
}

type Finish = Omit<FinishedCase, "name" | "image" | "said">;

async function finished(studio: EvalStudio, one: SuiteCase, settings: Settings, call: CallOptions): Promise<Finish> {
  const { id, path } = await studio.workspace.openImage(studio.engine, one.image, call);
  const { outcome } = await makeEdit(studio, id, one, settings, call);
  const original = await readShot(path);
  const zones = await zonesOf(outcome.recipe, original);
  const edit: MethodResult = { method: "edit", measures: await measured(outcome, zones, original) };
  const baselines = await runBaselines(studio, { id, one, zones, original, recipe: outcome.recipe }, call);
  const missed = [
    ...missedExpectations(one.expect, zones.operations, outcome),
    ...missedThresholds(one.thresholds, edit.measures),
  ];
  return {
    status: missed.length === 0 ? "passed" : "missed",
    missed,
    understood: outcome.recipe.operations.map(({ motion }) => describeMotion(motion)).join("; "),
    tier: outcome.tier,
    tierScores: Object.fromEntries(Object.entries(outcome.tiers).map(([tier, gates]) => [tier, gates.score])),
    methods: [...baselines, edit],
    recipe: outcome.recipe,
    warnings: outcome.warnings,
    files: outcome.files,
  };
}

async function measured(outcome: EditOutcome, zones: Zones, original: Shot): Promise<Measures> {
  const { seconds, peakMemoryBytes, files } = outcome;
  return measure(sceneOf(zones, original, await readShot(files.image), { seconds: seconds.total, peakMemoryBytes }));
}

interface Ground {
  readonly id: string;
  readonly one: SuiteCase;
  readonly zones: Zones;
  readonly original: Shot;
  /** The edit's, resolved. */
  readonly recipe: Recipe;
}

async function runBaselines(studio: EvalStudio, ground: Ground, call: CallOptions): Promise<MethodResult[]> {
  const { zones, original } = ground;
  const nothing = measure(sceneOf(zones, original, original, { seconds: 0 }));
  const results: MethodResult[] = [{ method: "nothing", measures: nothing }];
  for (const { method, recipe } of baselineRecipes(ground.recipe)) {
    const wish = wishOf(studio, recipe, ground.one.baseDir);
    const { outcome } = await studio.workspace.edit(studio.engine, ground.id, wish, call);
    results.push({ method, measures: await measured(outcome, zones, original) });
  }
  return results;
}

/** An edit that is itself of the preview tier is not made twice. */
function baselineRecipes(recipe: Recipe): { method: Method; recipe: Recipe }[] {
  const preview: Recipe = { ...recipe, quality: "preview" };
  const copies = recipe.operations.map((operation) => ({ ...operation, keepSource: true }));
  return [
    { method: "paste", recipe: { ...preview, operations: copies } },
    ...(recipe.quality === "preview" ? [] : [{ method: "preview" as const, recipe: preview }]),
  ];
}
