/** The engine inside this process. Callers normally reach it through process/engine.ts, which keeps their event loop
 * free; the worker, benchmarks and tests use it directly. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type {
  CompareRequest,
  Comparison,
  EditForecast,
  EditOptions,
  EditOutcome,
  EditRequest,
  Engine,
  ExportOutcome,
  ExportRequest,
  Guess,
  ImageInfo,
  LivePreview,
  LiveRequest,
  LookRequest,
  PlanRequest,
  Preview,
  Selection,
  SelectRequest,
} from "./api.ts";
import { comparePictures } from "./edit/compare.ts";
import { exportPicture } from "./edit/export.ts";
import { forecast } from "./edit/forecast.ts";
import { GateThread } from "./edit/gate-thread.ts";
import { LivePreviews } from "./edit/live.ts";
import { lookAt } from "./edit/look.ts";
import { measureSpeed } from "./edit/measure.ts";
import { runEdit } from "./edit/run-edit.ts";
import { selectRegion } from "./edit/select.ts";
import { type DecodeOptions, decodeImage, toRgb } from "./image/decode.ts";
import type { Bundle } from "./models/bundle.ts";
import { findBundle } from "./models/find-bundle.ts";
import { parseRecipe } from "./recipe/parse.ts";
import type { Recipe } from "./recipe/schema.ts";
import { PlateCache } from "./retouch/plate-cache.ts";
import { candidateRegions } from "./segment/candidates.ts";
import { type Cv, loadOpenCv } from "./segment/opencv.ts";

/** Where an engine keeps its files, and its limits. */
export interface EngineOptions {
  /** Data folder (`DRAGFLOW_HOME`): compiled graphs go to its `graphs`. */
  readonly home: string;
  /** Threads of onnxruntime; default: all processors. */
  readonly threads?: number;
  /** Most pixels (width · height) a picture may have; default 268 000 000. */
  readonly maxPixels?: number;
}

/** Milliseconds after an edit at which the thread that the next one is measured on starts, if that has not begun: a process's
 * only edit would have to wait for it. */
const IDLE = 500;

/** Computes on the caller's thread; `close` waits for edits under way. Cancelling works between steps. */
export class LocalEngine implements Engine {
  readonly #options: EngineOptions;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #plates = new PlateCache();
  readonly #gates = new GateThread();
  #idle: NodeJS.Timeout | undefined;
  /** An edit was made, so others may follow. */
  #again = false;
  readonly #live = new LivePreviews();
  #cv: Promise<Cv> | undefined;
  #bundle: { key: string; bundle: Promise<Bundle> } | undefined;

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  /** The modules that only models need: half of what there is to load. Whoever knows that a model comes loads them early. */
  static loadModels() {
    return Promise.all([import("./models/bundle.ts"), import("./onnx/devices.ts"), import("./edit/run-model.ts")]);
  }

  async inspect(image: string): Promise<ImageInfo> {
    const { width, height, format, channels, depth, warnings } = await decodeImage(image, this.#limits);
    return { width, height, format, channels, depth, warnings };
  }

  look(request: LookRequest): Promise<Preview> {
    return lookAt(request, this.#limits);
  }

  select(request: SelectRequest): Promise<Selection> {
    return selectRegion(request, () => this.#openCv(), this.#limits);
  }

  async guesses(image: string): Promise<Guess[]> {
    return candidateRegions(await toRgb(await decodeImage(image, this.#limits)));
  }

  async plan(request: PlanRequest): Promise<EditForecast> {
    if (request.recipe.quality !== "preview") await (await import("./onnx/devices.ts")).providersFor(request.device);
    const { home } = this.#options;
    return forecast(checked(request), { home, limits: this.#limits, cv: () => this.#openCv() });
  }

  live(request: LiveRequest): Promise<LivePreview> {
    return this.#live.preview(checked(request), { limits: this.#limits, cv: () => this.#openCv() });
  }

  compare(request: CompareRequest): Promise<Comparison> {
    return comparePictures(request, this.#limits);
  }

  /** One after another: edits share the bundle and its compiled graphs. */
  edit(request: EditRequest, options?: EditOptions): Promise<EditOutcome> {
    const edit = this.#turn.then(() => this.#edit(request, options));
    this.#turn = edit.catch(() => undefined);
    return edit;
  }

  async #edit(request: EditRequest, options?: EditOptions): Promise<EditOutcome> {
    const resources = {
      limits: this.#limits,
      plates: this.#plates,
      scratch: join(this.#options.home, "scratch"),
      cv: () => this.#openCv(),
      bundle: (model: string, device: string | undefined, baseDir: string) => this.#open(model, device, baseDir),
      gates: this.#gates,
      again: this.#again,
    };
    const known = checked(request);
    const outcome = await runEdit(known, resources, options);
    await measureSpeed(this.#options.home, known, outcome);
    this.#again = true;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#gates.start(), IDLE).unref();
    return outcome;
  }

  exportImage(request: ExportRequest): Promise<ExportOutcome> {
    return exportPicture(request, this.#limits);
  }

  /** Waits for edits that are under way. */
  async close(): Promise<void> {
    await this.#turn;
    clearTimeout(this.#idle);
    await this.#closeBundle();
    await this.#gates.close();
  }

  async #closeBundle(): Promise<void> {
    const open = this.#bundle;
    this.#bundle = undefined;
    await (await open?.bundle.catch(() => undefined))?.release();
  }

  get #limits(): DecodeOptions {
    const { maxPixels } = this.#options;
    return maxPixels === undefined ? {} : { maxPixels };
  }

  #openCv(): Promise<Cv> {
    if (this.#cv !== undefined) return this.#cv;
    const cv = loadOpenCv();
    this.#cv = cv;
    cv.catch(() => {
      this.#cv = undefined; // the next call tries again
    });
    return cv;
  }

  /** The last used bundle stays open; another one replaces it. */
  async #open(model: string, device: string | undefined, baseDir: string): Promise<Bundle> {
    const [{ openBundle }, { matmulOn, providersFor }] = await LocalEngine.loadModels();
    const providers = await providersFor(device);
    const dir = await findBundle(model, baseDir, this.#options.home);
    const key = `${dir}|${providers.join(",")}`;
    if (this.#bundle?.key === key) return this.#bundle.bundle;
    await this.#closeBundle();
    const graphDir = join(this.#options.home, "graphs");
    const threads = this.#options.threads ?? availableParallelism();
    const matmul = await matmulOn(providers);
    const promptDir = join(this.#options.home, "prompts");
    const bundle = openBundle(dir, { graphDir, promptDir, providers, threads, matmul });
    this.#bundle = { key, bundle };
    bundle.catch(() => {
      if (this.#bundle?.bundle === bundle) this.#bundle = undefined; // a mended folder may be tried again
    });
    return bundle;
  }
}

/** Recipes come from files and other processes, whatever the types say. */
function checked<R extends { readonly recipe: Recipe }>(request: R): R {
  return { ...request, recipe: parseRecipe(request.recipe) };
}
