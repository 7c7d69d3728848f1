/** What an edit would do, without doing it: regions, editable area, the model's view, seconds. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { EditForecast, ForecastRegion, PlanRequest } from "../api.ts";
import { apply } from "../geometry/affine.ts";
import { maskHull } from "../geometry/hull.ts";
import { areaShare, boundingBox } from "../geometry/mask.ts";
import type { DecodeOptions } from "../image/decode.ts";
import { writePng } from "../image/raster-io.ts";
import { regionsView } from "../image/views.ts";
import { exists, findBundle } from "../models/find-bundle.ts";
import { readFluxConfig } from "../models/read-config.ts";
import { readSettings } from "../models/read-settings.ts";
import type { EditSettings } from "../models/settings.ts";
import type { Box } from "../raster.ts";
import type { ResolvedEdit, ResolvedOperation } from "../recipe/resolve.ts";
import type { Cv } from "../segment/opencv.ts";
import { openTransformerWeights } from "../weights/layouts.ts";
import { besideOf } from "./beside.ts";
import { estimate } from "./estimate.ts";
import { chooseSize } from "./execution.ts";
import { secondsFromFlops } from "./flops.ts";
import { frameOf } from "./frame.ts";
import { looksAt } from "./looks.ts";
import { modelSize } from "./memory.ts";
import type { ModelView } from "./model-view.ts";
import { type EditPlan, planEdit } from "./plan.ts";
import { checkAdapter, settingsFor } from "./quality.ts";
import { readRates } from "./speed-file.ts";
import { type Workload, workloadOf } from "./workload.ts";

export interface ForecastResources {
  /** Data folder, read for what edits have cost so far. */
  readonly home: string;
  readonly limits: DecodeOptions;
  cv(): Promise<Cv>;
}

/** Runs no model and writes nothing but the two pictures in `dir`, where that is given. Throws what an edit would. */
export async function forecast(request: PlanRequest, { home, limits, cv }: ForecastResources): Promise<EditForecast> {
  const { recipe, baseDir } = request;
  const model = recipe.quality === "preview" ? undefined : await modelOf(request, home);
  const plan = await planEdit(request.image, recipe, baseDir, cv, limits);
  const { native, edit } = plan;
  const memory = model && (await memoryOf(model, frameOf(plan.rgb, edit).edit));
  const seen = memory && looksAt(edit, memory.settings);
  const work = workloadOf(native.width * native.height, seen);
  const seconds =
    estimate(await readRates(home, model?.dir ?? ""), work) ??
    (memory && seen?.[0] && (await secondsFromFlops(memory.size, memory.settings, seen[0].view, work, memory.need)));
  const files = request.dir === undefined ? undefined : await writePictures(request.dir, plan);
  return {
    width: native.width,
    height: native.height,
    quality: recipe.quality,
    regions: edit.operations.map(regionOf),
    editable: { box: edit.box, area: areaShare(edit.editableHard) },
    ...(seen?.[0] && { view: viewOf(seen[0].view, work) }),
    ...(memory && { memory: { bytes: memory.need.total, execution: memory.need.execution } }),
    ...(seconds === undefined ? {} : { seconds }),
    recipe: edit.recipe,
    warnings: [...plan.warnings],
    ...(files && { files }),
  };
}

async function modelOf(
  { recipe, baseDir }: PlanRequest,
  home: string,
): Promise<{ dir: string; settings: EditSettings }> {
  const dir = await findBundle(recipe.model, baseDir, home);
  checkAdapter(recipe, await exists(join(dir, "adapter", "config.json")));
  return { dir, settings: settingsFor(await readSettings(dir), recipe) };
}

/** Throws `out-of-memory` where the edit would. */
async function memoryOf({ dir, settings }: { dir: string; settings: EditSettings }, edit: ResolvedEdit) {
  const folder = join(dir, "transformer");
  const weights = await openTransformerWeights(folder);
  const model = { ...modelSize(await readFluxConfig(folder, weights), weights), beside: await besideOf(dir) };
  return { size: model, ...chooseSize(model, settings, edit) };
}

function regionOf({ label, region, centroid, affine, motion, keepSource }: ResolvedOperation): ForecastRegion {
  const corners = maskHull(region).map((point) => apply(affine, point));
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  const targetBox: Box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  const box = boundingBox(region) ?? [0, 0, 0, 0];
  const target = apply(affine, centroid);
  return { label, box, centroid, area: areaShare(region), motion, keepSource, targetBox, target };
}

function viewOf({ box, width, height }: ModelView, { model }: Workload): NonNullable<EditForecast["view"]> {
  const { tokens = 0, evaluations = 0, iterations = 0, samples = 0 } = model ?? {};
  return { crop: box, width, height, tokens, evaluations: evaluations + samples, iterations };
}

async function writePictures(dir: string, { rgb, edit }: EditPlan): Promise<NonNullable<EditForecast["files"]>> {
  await mkdir(dir, { recursive: true });
  const files = { regions: join(dir, "regions.png"), editable: join(dir, "editable.png") };
  const marks = edit.operations.map(({ region, target, centroid, affine }) => {
    return { source: region, target, from: centroid, to: apply(affine, centroid) };
  });
  await writePng(files.regions, regionsView(rgb, marks));
  await writePng(files.editable, edit.editable);
  return files;
}
