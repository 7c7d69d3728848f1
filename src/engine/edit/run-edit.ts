/** One edit from file to files: plan → preview → (fast | full) → the best of them → written, with a receipt. */
import { EditError } from "../../errors.ts";
import { allEnded } from "../all-ended.ts";
import type { EditOptions, EditOutcome, EditRequest, Warning } from "../api.ts";
import { subtract, threshold, union } from "../geometry/mask.ts";
import type { DecodeOptions } from "../image/decode.ts";
import type { Bundle } from "../models/bundle.ts";
import type { EditSettings } from "../models/settings.ts";
import { peakMemoryBytes } from "../peak-memory.ts";
import { Tracker } from "../progress.ts";
import type { Rgb } from "../raster.ts";
import type { ResolvedOperation } from "../recipe/resolve.ts";
import type { PlateCache } from "../retouch/plate-cache.ts";
import { compositePlate, type Layout, layOut, type PreviewOperation, type PreviewPicture } from "../retouch/preview.ts";
import type { Cv } from "../segment/opencv.ts";
import { besideOf } from "./beside.ts";
import { chooseSize } from "./execution.ts";
import { type Frame, frameOf } from "./frame.ts";
import { type FullRequest, type FullResult, passSteps, runFull } from "./full-tier.ts";
import type { GateThread } from "./gate-thread.ts";
import { type Look, looksAt } from "./looks.ts";
import { modelSize } from "./memory.ts";
import { overreachOf } from "./overreach.ts";
import { type EditPlan, planEdit } from "./plan.ts";
import { checkAdapter, settingsFor } from "./quality.ts";
import { spareGraphs } from "./spare-graphs.ts";
import { Stopwatch } from "./stopwatch.ts";
import { bestTier, gatesMeter, gatesOnce, measured, type Tier, type TierResult, whyBest } from "./tiers.ts";
import { uncoveredWidth } from "./uncovered-width.ts";
import { bendWarnings, modelWarnings, promptWarnings } from "./warnings.ts";
import { intoFolder, refuseFolder, type WriteRequest, type Written, writeEdit } from "./write.ts";

/** What an edit needs from the engine that keeps things warm. */
export interface EditResources {
  readonly limits: DecodeOptions;
  readonly plates: PlateCache;
  /** Folder (made when needed) for what does not fit into memory. */
  readonly scratch: string;
  cv(): Promise<Cv>;
  bundle(model: string, device: string | undefined, baseDir: string): Promise<Bundle>;
  /** Measures while a hole is filled, a model works, or files are encoded. */
  readonly gates: GateThread;
  /** Not the first edit: others may follow. */
  readonly again: boolean;
}

/** decode, plan, preview, composite, write */
const COMMON_STEPS = 5;

/** Nothing is left in the request's folder unless the whole of it is; throws what the stages throw, see `Engine.edit`. */
export async function runEdit(
  request: EditRequest,
  resources: EditResources,
  options: EditOptions = {},
): Promise<EditOutcome> {
  const stopwatch = new Stopwatch();
  const { recipe } = request;
  await refuseFolder(request.dir);
  const model = recipe.quality === "preview" ? undefined : await modelOf(request, resources);
  const steps = COMMON_STEPS + (model ? passSteps(model.settings) : 0);
  const tracker = new Tracker(steps, options.signal, options.onProgress);

  const plan = await planEdit(request.image, recipe, request.baseDir, resources.cv, resources.limits);
  await tracker.step("decode");
  await tracker.step("plan");
  const frame = frameOf(plan.rgb, plan.edit);
  const run = model && (await runModel(model, plan.rgb, frame, resources.scratch));
  for (const { settings } of run?.looks.slice(1) ?? []) tracker.expect(passSteps(settings));
  await run?.spare();
  const beside = await threadFor(plan.rgb, resources, run !== undefined);
  const layout = beside && layoutOf(plan, frame, resources.plates);
  const meterOf = ({ vacated }: Pick<PreviewPicture, "vacated">) => gatesMeter(frame.rgb, frame.edit, vacated, beside);
  const early = layout && (await meterOf(layout)); // what is uncovered is known before it is filled
  const gatesOf = gatesOnce(async () => early ?? meterOf(preview));
  const measureBeside = (picture: Rgb) => beside && gatesOf(picture).catch(() => {}); // what fails is told when it is needed
  measureBeside(frame.rgb);
  await tracker.breathe();
  const preview = layout ? layout.paint() : previewOf(plan, frame, resources.plates);
  await tracker.step("preview");
  const made: Tier[] = [{ tier: "preview", picture: preview.picture }];
  measureBeside(preview.picture);
  const full =
    run &&
    (await run.with((chosen) =>
      runFull({ ...chosen, ...fullRequest(plan, frame, preview, tracker, stopwatch, options) }),
    ));
  if (model && run && full?.finite) {
    measureBeside(full.picture);
    const doubts = await doubtsAbout(preview, full.picture, frame, model.settings, run.looks);
    made.push({ tier: recipe.quality, picture: full.picture, ...doubts });
  }
  await run?.spare();
  const chosen = made.length > 1 ? bestTier(await measured(made, gatesOf)).picture : preview.picture;
  await tracker.step("composite");
  const result = {
    plan,
    frame,
    after: chosen,
    tiers: made,
    losses: full?.losses ?? [],
    frames: full?.frames ?? [],
  };
  // Files are encoded on other threads: what no choice waits for is measured meanwhile.
  const [written, results, nothing] = await delivered(request, tracker, result, async () => {
    return [await measured(made, gatesOf), await gatesOf(frame.rgb)] as const;
  });
  const best = bestTier(results);
  const own = [...promptWarnings(request, model?.bundle), ...bendWarnings(preview), ...modelWarnings(full)];
  return {
    ...outcomeOf(plan, written, own),
    tier: best.tier,
    ...whyBest(results, best),
    tiers: Object.fromEntries(results.map(({ tier, gates }) => [tier, gates])),
    nothing,
    metrics: metricsOf(best, full, plan),
    seconds: stopwatch.sheet(),
    peakMemoryBytes: peakMemoryBytes(),
  };
}

/** A photo's own memory is dearer than what a thread saves of its long edit. */
const THREAD_PIXELS = 8e6;

/** A preview does not wait for the thread: it starts beside a process's second edit and serves those that follow. */
async function threadFor(
  { width, height }: Rgb,
  { gates, again }: EditResources,
  waits: boolean,
): Promise<GateThread["meter"] | undefined> {
  if (width * height > THREAD_PIXELS) {
    await gates.close();
    return undefined;
  }
  if (waits || gates.ready) return gates.meter.bind(gates);
  if (again) gates.start();
  return undefined;
}

/** Only of models whose say is limited to what the move uncovers; bends uncover nothing. */
async function doubtsAbout(
  { picture, vacated }: PreviewPicture,
  after: Rgb,
  { edit }: Frame,
  { change, changeShare: share }: EditSettings,
  looks: readonly Look[],
): Promise<Pick<Tier, "overreach" | "width">> {
  if (change !== "vacated" || edit.operations.some(({ regime }) => regime === "bend")) return {};
  const object = edit.operations.map(({ grown, target }) => union(grown, target)).reduce(union);
  const uncovered = threshold(vacated);
  const request = { preview: picture, after, vacated: uncovered, object: subtract(object, uncovered), share };
  return {
    overreach: await overreachOf(request),
    width: Math.max(...looks.map(({ view }) => uncoveredWidth(uncovered, view))),
  };
}

type Measured = "tier" | "why" | "tiers" | "nothing" | "metrics" | "seconds" | "peakMemoryBytes";

function outcomeOf({ native, edit, warnings }: EditPlan, written: Written, own: readonly Warning[]) {
  return {
    files: written.files,
    width: native.width,
    height: native.height,
    regimes: edit.operations.map(({ regime }) => regime),
    receipt: written.receipt,
    recipe: edit.recipe,
    warnings: [...warnings, ...own, ...written.warnings],
  } satisfies Omit<EditOutcome, Measured>;
}

interface Model {
  readonly bundle: Bundle;
  readonly settings: EditSettings;
}

async function modelOf({ recipe, device, baseDir }: EditRequest, resources: EditResources): Promise<Model> {
  const bundle = await resources.bundle(recipe.model, device, baseDir);
  checkAdapter(recipe, bundle.adapter !== undefined);
  return {
    bundle,
    settings: settingsFor(bundle.settings, recipe, bundle.flux.config),
  };
}

/** Decides at once how the transformer runs (throws `out-of-memory`); what comes back runs it and closes it. */
async function runModel({ bundle, settings: wanted }: Model, rgb: Rgb, { edit }: Frame, scratch: string) {
  const size = { ...modelSize(bundle.flux.config, bundle.flux.source), beside: await besideOf(bundle.dir) };
  const { settings, execution } = chooseSize(size, wanted, edit);
  const { executed, kvCacheOptions } = await import("./run-model.ts"); // previews do without onnxruntime
  const kvCache = kvCacheOptions(settings, execution, scratch);
  const looks = looksAt(edit, settings);
  return {
    looks,
    spare: () => spareGraphs(rgb, bundle, size.stored),
    with: async <T>(work: (chosen: Chosen) => Promise<T>) => {
      const { model, release } = executed(bundle.flux, execution, size.stored);
      try {
        return await work({ bundle, looks, model, kvCache });
      } finally {
        await release();
      }
    },
  };
}

type Chosen = Pick<FullRequest, "bundle" | "looks" | "model" | "kvCache">;

function fullRequest(
  { edit }: EditPlan,
  frame: Frame,
  preview: PreviewPicture,
  tracker: Tracker,
  stopwatch: Stopwatch,
  { onPreview }: EditOptions,
): Omit<FullRequest, keyof Chosen> {
  return {
    edit: frame.edit,
    seed: edit.recipe.seed,
    original: frame.rgb,
    preview,
    onStep: (stage, details) => tracker.step(stage, details),
    breathe: () => tracker.breathe(),
    ...(onPreview === undefined ? {} : { onPreview }),
    clock: (stage, work) => stopwatch.time(stage, work),
  };
}

/** Writes everything or nothing, and does `meanwhile` at the same time; a lossless file whose outside differs is our fault and
 * must not be delivered. */
function delivered<Found extends readonly unknown[]>(
  request: EditRequest,
  tracker: Tracker,
  result: Omit<WriteRequest, "embed" | "dir">,
  meanwhile: () => Promise<Found>,
): Promise<[Written, ...Found]> {
  const { dir, embed = true } = request;
  return intoFolder(dir, async (folder) => {
    const [written, found] = await allEnded([writeEdit(folder, { ...result, embed, dir }), meanwhile()]);
    const { lossless, outsideChanged } = written.receipt;
    if (lossless && outsideChanged > 0) {
      throw new EditError("engine-failed", `Expected 0 changed pixels outside the edit, got ${outsideChanged}`);
    }
    await tracker.step("write"); // the last moment at which a cancel leaves nothing behind
    return [written, ...found];
  });
}

function layoutOf(plan: EditPlan, frame: Frame, plates: PlateCache): Layout {
  return layOut(...laid(plan, frame, plates));
}

function previewOf(plan: EditPlan, frame: Frame, plates: PlateCache): PreviewPicture {
  return compositePlate(...laid(plan, frame, plates));
}

/** The plate belongs to the picture, not to the frame, which changes with the motion. */
function laid({ rgb, edit }: EditPlan, frame: Frame, plates: PlateCache): Parameters<typeof layOut> {
  const plate = plates.plateOf(rgb, edit.operations.map(previewOperation), edit.recipe.seed);
  const operations = frame.edit.operations.map(previewOperation);
  return [plate, frame.rgb, operations, frame.edit.editable, [frame.box[0], frame.box[1]]];
}

function previewOperation({ grown, region, keepSource, regime, at }: ResolvedOperation): PreviewOperation {
  return { mask: grown, drawn: region, keepSource, regime, at };
}

function metricsOf({ gates }: TierResult, full: FullResult | undefined, { edit }: EditPlan): Record<string, number> {
  const [first, last] = [full?.losses[0], full?.losses.at(-1)];
  return {
    ...gates,
    operations: edit.operations.length,
    ...(first === undefined || last === undefined ? {} : { lossFirst: first, lossLast: last }),
    ...(full === undefined
      ? {}
      : {
          iterations: full.losses.length,
          looks: full.looks,
          modelWidth: full.view.width,
          modelHeight: full.view.height,
        }),
  };
}
