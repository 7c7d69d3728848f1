/** One trial: its edit and the baselines, all measured over the edit's own zones, held against what is expected. */
import { basename } from "node:path";
import { describeMotion } from "../agent/index.ts";
import type { CallOptions } from "../engine/api.ts";
import { EditError, errorRecord } from "../errors.ts";
import { type RowGround, type Rows, row, runBaselines } from "./baseline-rows.ts";
import { judge } from "./expect.ts";
import { factsOf } from "./facts-of.ts";
import { readLosses } from "./losses.ts";
import { type MadeEdit, makeEdit } from "./make-edit.ts";
import type { Networks } from "./metrics/networks.ts";
import { type CaseResult, EDIT, type FinishedCase } from "./result.ts";
import { type KeptPictures, keepPictures } from "./run-folder.ts";
import { type Cost, readShot, zonesOf } from "./sample.ts";
import type { EvalStudio, Traffic } from "./studio.ts";
import type { Trial } from "./trials.ts";

/** What all trials of a run share. */
export interface TrialGround extends RowGround {
  readonly networks: Networks;
  /** Folder of the run, where pictures are kept; undefined keeps none. */
  readonly out: string | undefined;
  /** Where a trial's recording is, by what the run records or replays. */
  traffic(trial: Trial): Traffic;
}

/** `work` is an empty folder of this trial. Whatever goes wrong is its result; only cancelling is thrown. */
export async function runTrial(
  studio: EvalStudio,
  ground: TrialGround,
  trial: Trial,
  work: string,
  call: CallOptions,
): Promise<CaseResult> {
  const began = performance.now();
  const { key, one } = trial;
  const seconds = () => Math.round(performance.now() - began) / 1000;
  const name = {
    key,
    name: one.name,
    trial: trial.trial,
    image: basename(one.image),
    tags: one.tags,
    ...(one.request.type === "say" ? { said: one.request.text } : {}),
    ...(one.provenance ? { provenance: one.provenance } : {}),
  };
  const limit = one.timeout === undefined ? undefined : AbortSignal.timeout(one.timeout * 1000);
  const signals = [call.signal, limit].flatMap((signal) => signal ?? []);
  try {
    // A signal of its own: what a trial's calls leave listening goes with the trial.
    const done = await finished(studio, ground, trial, work, { ...call, signal: AbortSignal.any(signals) });
    return { ...name, ...done, wallSeconds: seconds() };
  } catch (error) {
    const isCancelled = error instanceof EditError && error.code === "cancelled";
    if (call.signal?.aborted || (isCancelled && !limit?.aborted)) throw error;
    const cause = limit?.aborted ? timedOut(one.timeout ?? 0) : error;
    return { ...name, status: "crashed", error: errorRecord(cause), wallSeconds: seconds() };
  }
}

function timedOut(seconds: number): EditError {
  return new EditError("timed-out", `Expected the case to take at most ${seconds} s, it took longer`);
}

type Finish = Omit<FinishedCase, "key" | "name" | "trial" | "image" | "tags" | "said" | "provenance" | "wallSeconds">;

async function finished(
  studio: EvalStudio,
  ground: TrialGround,
  trial: Trial,
  work: string,
  call: CallOptions,
): Promise<Finish> {
  const { one } = trial;
  const { id, path } = await studio.workspace.openImage(studio.engine, one.image, call);
  const made = await makeEdit(studio, id, trial, ground.traffic(trial), call);
  const { outcome } = made;
  const original = await readShot(path);
  const zones = await zonesOf(outcome.recipe, original);
  const reference = { truth: one.truth === undefined ? undefined : await readShot(one.truth), points: one.points };
  const scene = { zones, original, recipe: outcome.recipe, reference, networks: ground.networks };
  const pictures = await keepPictures(ground.out, trial.key, outcome.files, studio.engine, call);
  const base = { image: path, original, zones, recipe: outcome.recipe, baseDir: one.baseDir, points: one.points };
  const beside = await runBaselines(studio, ground, scene, { ...base, device: studio.device }, work, pictures, call);
  const edit = await row(ground, scene, EDIT, outcome.files.image, costOf(made), pictures);
  const rows = { methods: [...beside.methods, edit], warnings: [...outcome.warnings, ...beside.warnings] };
  return verdictOf(trial, ground, made, rows, await factsOf(one, zones, original), pictures);
}

function costOf({ outcome: { seconds, peakMemoryBytes }, usage }: MadeEdit): Cost {
  const tokens = usage && { input: usage.inputTokens, output: usage.outputTokens };
  return { seconds: seconds.total, stages: seconds, peakMemoryBytes, ...(usage ? { tokens, money: usage.money } : {}) };
}

async function verdictOf(
  { one }: Trial,
  { scorers }: TrialGround,
  { outcome, steps, usage }: MadeEdit,
  { methods, warnings }: Rows,
  facts: FinishedCase["facts"],
  pictures: KeptPictures,
): Promise<Finish> {
  const measures = methods.find(({ method }) => method === EDIT)?.measures ?? {};
  const agent = { ...(steps ? { steps } : {}), ...(usage ? { usage } : {}) };
  return {
    ...judge(one, { facts, measures, tier: outcome.tier, ...agent }, scorers),
    understood: outcome.recipe.operations.map(({ motion }) => describeMotion(motion)).join("; "),
    facts,
    tier: outcome.tier,
    tierScores: Object.fromEntries(Object.entries(outcome.tiers).map(([tier, gates]) => [tier, gates.score])),
    methods,
    recipe: outcome.recipe,
    warnings,
    losses: await readLosses(outcome.files.loss),
    ...agent,
    ...(pictures.explaining ? { pictures: pictures.explaining } : {}),
  };
}
