/** Runs ablations over cases: every variant edits every case, measured over the same zones with the same scorers. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { CallOptions, Engine } from "../../engine/api.ts";
import type { Recipe } from "../../engine/recipe/schema.ts";
import { EditError } from "../../errors.ts";
import { modelPicture } from "../baselines/model-picture.ts";
import { hashOfFile } from "../content-key.ts";
import { type Measures, meanMeasures, measure } from "../measures.ts";
import type { Memo } from "../memo.ts";
import type { Networks } from "../metrics/networks.ts";
import { readShot, sampleOf, zonesOf } from "../sample.ts";
import type { Scorer } from "../scorer.ts";
import type { SuiteCase } from "../suite/suite.ts";
import { type Ablation, type Variant, WRONG_PROMPT } from "./variants.ts";

export interface AblationRequest {
  readonly engine: Engine;
  readonly ablations: readonly Ablation[];
  readonly cases: readonly SuiteCase[];
  readonly scorers: readonly Scorer[];
  readonly networks: Networks;
  /** Empty folder for pictures. */
  readonly dir: string;
  readonly device?: string | undefined;
  /** What an interrupted run has measured. */
  readonly memo: Memo;
  /** All that a result depends on beside case and variant: the program, the model, the scorers' networks. */
  readonly ground: unknown;
  readonly call: CallOptions;
  readonly onStep?: ((done: number, total: number) => void) | undefined;
}

export interface AblationRow {
  readonly label: string;
  readonly means: Measures;
  /** By case; a variant that failed on one has no entry there. */
  readonly each: Readonly<Record<string, Measures>>;
  /** What went wrong, by case. */
  readonly failed: Readonly<Record<string, string>>;
}

export interface AblationResult {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly AblationRow[];
}

/** Only cancelling is thrown; what fails is in its row. */
export async function runAblations(request: AblationRequest): Promise<AblationResult[]> {
  const { ablations, cases, onStep } = request;
  const total = ablations.reduce((sum, { variants }) => sum + variants.length, 0) * cases.length;
  const results: AblationResult[] = [];
  let done = 0;
  for (const { name, title, variants } of ablations) {
    const rows: AblationRow[] = [];
    for (const variant of variants) {
      rows.push(await runVariant(request, name, variant, () => onStep?.(++done, total)));
    }
    results.push({ name, title, rows });
  }
  return results;
}

async function runVariant(
  request: AblationRequest,
  ablation: string,
  variant: Variant,
  onCase: () => void,
): Promise<AblationRow> {
  const each: Record<string, Measures> = {};
  const failed: Record<string, string> = {};
  for (const [i, one] of request.cases.entries()) {
    if (request.call.signal?.aborted) throw new EditError("cancelled", "Interrupted");
    const dir = join(request.dir, `${ablation}-${variant.label.replace(/\W+/g, "-")}-${i}`);
    try {
      each[one.name] = await recalled(request, one, variant, dir);
    } catch (error) {
      if (!(error instanceof EditError) || error.code === "cancelled") throw error;
      failed[one.name] = `${error.code}: ${error.message}`;
    }
    onCase();
  }
  return { label: variant.label, means: meanMeasures(Object.values(each)), each, failed };
}

async function recalled(request: AblationRequest, one: SuiteCase, variant: Variant, dir: string): Promise<Measures> {
  const recipe = variantRecipe(recipeOf(one), variant);
  const { memo, ground } = request;
  const parts = { ground, image: await hashOfFile(one.image), recipe, points: one.points };
  return memo.recall(parts, () => runCase(request, one, recipe, dir));
}

function recipeOf({ request }: SuiteCase): Recipe {
  if (request.type === "edit") return request.recipe;
  throw new EditError("usage", "Expected cases with recipes, got one in words");
}

async function runCase(request: AblationRequest, one: SuiteCase, recipe: Recipe, dir: string): Promise<Measures> {
  const { engine, call, scorers, networks, device } = request;
  await mkdir(dir, { recursive: true });
  const wish = { image: one.image, recipe, baseDir: one.baseDir, dir: join(dir, "edit"), embed: false };
  const outcome = await engine.edit({ ...wish, ...(device === undefined ? {} : { device }) }, call);
  const original = await readShot(one.image);
  const zones = await zonesOf(outcome.recipe, original);
  const image = await modelPicture(outcome, dir, original, zones);
  const { seconds: stages, peakMemoryBytes } = outcome;
  const cost = { seconds: stages.total, stages, peakMemoryBytes };
  const reference = { points: one.points, ...(one.truth ? { truth: await readShot(one.truth) } : {}) };
  const parts = { zones, original, result: await readShot(image), recipe: outcome.recipe, cost, reference, networks };
  return measure(sampleOf(parts), scorers);
}

function variantRecipe(recipe: Recipe, { options, prompt = "right" }: Variant): Recipe {
  const words = { none: "", wrong: WRONG_PROMPT, right: recipe.prompt }[prompt];
  const source = prompt === "none" ? "" : recipe.sourcePrompt;
  return {
    ...recipe,
    quality: "full",
    prompt: words,
    sourcePrompt: source,
    options: { ...recipe.options, ...options },
  };
}
