/** One edit from file to files: plan → preview → (fast | full) → the best of them → written, with a receipt. */
import { performance } from "node:perf_hooks";
import { EditError } from "../../errors.ts";
import type { CallOptions, EditOutcome, EditRequest, Seconds, Warning } from "../api.ts";
import type { DecodeOptions } from "../image/decode.ts";
import type { Bundle } from "../models/bundle.ts";
import { type EditSettings, withOptions } from "../models/settings.ts";
import { Tracker } from "../progress.ts";
import type { ResolvedOperation } from "../recipe/resolve.ts";
import type { Quality } from "../recipe/schema.ts";
import type { PlateCache } from "../retouch/plate-cache.ts";
import { compositePlate, type PreviewOperation, type PreviewPicture } from "../retouch/preview.ts";
import type { Cv } from "../segment/opencv.ts";
import { type Frame, frameOf } from "./frame.ts";
import { type FullResult, fullSteps, runFull } from "./full-tier.ts";
import { type EditPlan, planEdit } from "./plan.ts";
import { bestTier, gatesOf, type TierResult } from "./tiers.ts";
import { intoFolder, refuseFolder, writeEdit } from "./write.ts";

/** What an edit needs from the engine that keeps things warm. */
export interface EditResources {
  readonly limits: DecodeOptions;
  readonly plates: PlateCache;
  cv(): Promise<Cv>;
  bundle(model: string, device: string | undefined, baseDir: string): Promise<Bundle>;
}

/** decode, plan, preview, composite, write */
const COMMON_STEPS = 5;

/** What the quality adds to the bundle's settings; a recipe's own options still win. */
export const QUALITY_OPTIONS: Readonly<Record<Quality, Readonly<Partial<EditSettings>>>> = {
  preview: {},
  fast: { init: "warp", condition: "vacated", change: "vacated", transportIterations: 0, intensifyIterations: 0 },
  full: {},
};

export async function runEdit(
  request: EditRequest,
  resources: EditResources,
  options: CallOptions = {},
): Promise<EditOutcome> {
  const started = performance.now();
  const seconds = new Stopwatch();
  const { recipe } = request;
  await refuseFolder(request.dir);
  const bundle =
    recipe.quality === "preview" ? undefined : await resources.bundle(recipe.model, request.device, request.baseDir);
  const settings =
    bundle &&
    withOptions({ ...bundle.settings, ...QUALITY_OPTIONS[recipe.quality] }, recipe.options, bundle.flux.config);
  if (settings) checkFidelity(settings, recipe);
  const tracker = new Tracker(COMMON_STEPS + (settings ? fullSteps(settings) : 0), options.signal, options.onProgress);

  const plan = await planEdit(request.image, recipe, request.baseDir, resources.cv, resources.limits);
  await tracker.step("decode");
  await tracker.step("plan");
  const frame = frameOf(plan.rgb, plan.edit);
  const preview = previewOf(plan, frame, resources.plates);
  await tracker.step("preview");
  const results = [tierOf("preview", preview.picture, frame, preview)];
  const full =
    bundle && settings
      ? await runFull({
          bundle,
          settings,
          edit: frame.edit,
          seed: recipe.seed,
          original: frame.rgb,
          preview,
          onStep: (stage, details) => tracker.step(stage, details),
          clock: (stage, work) => seconds.time(stage, work),
        })
      : undefined;
  if (full) results.push(tierOf(recipe.quality, full.picture, frame, preview));
  const best = bestTier(results);
  await tracker.step("composite");
  const losses = full?.losses ?? [];
  const embed = request.embed ?? true;
  const written = await intoFolder(request.dir, async (folder) => {
    const result = await writeEdit(folder, {
      plan,
      frame,
      after: best.picture,
      tiers: results,
      losses,
      embed,
      dir: request.dir,
    });
    checkOutside(result.receipt.lossless, result.receipt.outsideChanged);
    await tracker.step("write");
    return result;
  });
  return {
    files: written.files,
    width: plan.native.width,
    height: plan.native.height,
    tier: best.tier,
    regimes: plan.edit.operations.map(({ regime }) => regime),
    tiers: Object.fromEntries(results.map(({ tier, gates }) => [tier, gates])),
    receipt: written.receipt,
    metrics: metricsOf(best, full, plan),
    seconds: seconds.sheet((performance.now() - started) / 1000),
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    recipe: plan.edit.recipe,
    warnings: [
      ...plan.warnings,
      ...promptWarnings(request, bundle),
      ...bendWarnings(preview),
      ...divergedWarnings(full),
      ...written.warnings,
    ],
  };
}

/** The plate belongs to the picture, not to the frame, which changes with the motion. */
function previewOf({ rgb, edit }: EditPlan, frame: Frame, plates: PlateCache): PreviewPicture {
  const plate = plates.plateOf(rgb, edit.operations.map(previewOperation), edit.recipe.seed);
  const operations = frame.edit.operations.map(previewOperation);
  return compositePlate(plate, frame.rgb, operations, frame.edit.editable, [frame.box[0], frame.box[1]]);
}

function previewOperation({ grown, keepSource, regime, at }: ResolvedOperation): PreviewOperation {
  return { mask: grown, keepSource, regime, at };
}

function bendWarnings({ bent = 1 }: PreviewPicture): Warning[] {
  if (bent === 1) return [];
  const message = `The bend had room for ${Math.round(100 * bent)} % of its motion only; give a larger editable area`;
  return [{ code: "bend-reduced", message }];
}

function tierOf(tier: Quality, picture: TierResult["picture"], frame: Frame, preview: PreviewPicture): TierResult {
  return { tier, picture, gates: gatesOf(frame.rgb, picture, frame.edit, preview.vacated) };
}

function metricsOf({ gates }: TierResult, full: FullResult | undefined, { edit }: EditPlan): Record<string, number> {
  const [first, last] = [full?.losses[0], full?.losses.at(-1)];
  return {
    ...gates,
    operations: edit.operations.length,
    ...(first === undefined || last === undefined ? {} : { lossFirst: first, lossLast: last }),
    ...(full === undefined
      ? {}
      : { iterations: full.losses.length, modelWidth: full.view.width, modelHeight: full.view.height }),
  };
}

function promptWarnings({ recipe }: EditRequest, bundle: Bundle | undefined): Warning[] {
  if (bundle === undefined || bundle.readsPrompts || (recipe.prompt === "" && recipe.sourcePrompt === "")) return [];
  return [
    { code: "prompt-not-read", message: `The model "${recipe.model}" has no text encoder: prompts are kept, not read` },
  ];
}

/** The published code knows one move or rotation; anything else would silently become a move. */
function checkFidelity({ fidelity }: EditSettings, { operations }: EditRequest["recipe"]): void {
  if (fidelity !== "paper code") return;
  const other = operations.find(({ motion }) => motion.type === "scale" || motion.type === "compose");
  if (other === undefined) return;
  const message = `Expected a relocation, deformation or rotation for fidelity "paper code", got ${other.motion.type}`;
  throw new EditError("recipe-invalid", message, { hint: 'The fidelity "product" knows every motion.' });
}

function divergedWarnings(full: FullResult | undefined): Warning[] {
  if (!full?.diverged) return [];
  const message = `The drag ended after ${full.losses.length} iterations, because its numbers ran out of range; use smaller rates`;
  return [{ code: "drag-diverged", message }];
}

/** A lossless file whose outside differs is our fault and must not be delivered. */
function checkOutside(lossless: boolean, changed: number): void {
  if (lossless && changed > 0)
    throw new EditError("engine-failed", `Expected 0 changed pixels outside the edit, got ${changed}`);
}

class Stopwatch {
  readonly #seconds = { encode: 0, invert: 0, drag: 0, sample: 0, decode: 0, composite: 0 };

  async time<T>(stage: keyof Seconds, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const result = await work();
    if (stage !== "total") this.#seconds[stage] += (performance.now() - start) / 1000;
    return result;
  }

  sheet(total: number): Seconds {
    return { total, ...this.#seconds };
  }
}
