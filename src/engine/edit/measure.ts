/** After an edit: what it cost, kept for the next estimate. */
import type { EditOutcome, EditRequest } from "../api.ts";
import { findBundle } from "../models/find-bundle.ts";
import { readSettings } from "../models/read-settings.ts";
import { learn } from "./estimate.ts";
import { closerSettings } from "./looks.ts";
import { settingsFor } from "./quality.ts";
import { readRates, writeRates } from "./speed-file.ts";
import { type ModelWork, type Workload, workloadOf } from "./workload.ts";

const TOKEN = 16;

/** Adds the edit's seconds to `speed.json` of the data folder. */
export async function measureSpeed(home: string, request: EditRequest, outcome: EditOutcome): Promise<void> {
  const { recipe, baseDir } = request;
  const model = recipe.quality === "preview" ? "" : await findBundle(recipe.model, baseDir, home);
  const work = await workOf(request, outcome, model);
  await writeRates(home, model, learn(await readRates(home, model), work, outcome.seconds));
}

async function workOf(
  { recipe }: EditRequest,
  { width, height, metrics }: EditOutcome,
  model: string,
): Promise<Workload> {
  const { modelWidth, modelHeight, iterations, looks } = metrics;
  if (model === "" || modelWidth === undefined || modelHeight === undefined) return workloadOf(width * height);
  const settings = settingsFor(await readSettings(model), recipe);
  const view = { h: modelHeight / TOKEN, w: modelWidth / TOKEN };
  const closer = looks === 2 ? [{ settings: closerSettings(settings), view }] : [];
  const work = workloadOf(width * height, [{ settings, view }, ...closer]);
  return { ...work, ...(work.model && { model: ranIterations(work.model, iterations) }) };
}

/** A drag may stop early. */
function ranIterations(work: ModelWork, iterations = work.iterations): ModelWork {
  return { ...work, iterations };
}
