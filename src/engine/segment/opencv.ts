/** The few OpenCV functions the engine uses, typed, and a loader for the WASM build. Load it only in a child process:
 * cold it takes seconds. */
import { createRequire } from "node:module";
import { EditError } from "../../errors.ts";
import type { Mask, Rgb } from "../raster.ts";

/** A matrix in WASM memory: not garbage collected, so each one must be deleted (see `withMats`). */
export interface Mat {
  readonly rows: number;
  readonly cols: number;
  readonly data: Uint8Array;
  delete(): void;
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Cv {
  readonly Mat: { new (): Mat; new (rows: number, cols: number, type: number): Mat };
  readonly CV_8UC1: number;
  readonly CV_8UC3: number;
  readonly GC_INIT_WITH_MASK: number;
  readonly INPAINT_TELEA: number;
  /** `box` is read only when initialising with a rectangle, but the binding wants one. */
  grabCut(picture: Mat, labels: Mat, box: Rect, background: Mat, object: Mat, iterations: number, mode: number): void;
  inpaint(picture: Mat, hole: Mat, out: Mat, radius: number, method: number): void;
  setRNGSeed(seed: number): void;
}

/** What the package's module exports before (and after) its WASM has started. */
interface OpenCvModule extends Cv {
  onRuntimeInitialized?: () => void;
  then?: unknown;
}

const SIGNALS = ["uncaughtException", "unhandledRejection"] as const;

/**
 * Loads and starts OpenCV. Not memoised: the caller keeps the result. Leaves no handle open, so the process can exit.
 * @throws EditError `engine-failed` when the module does not start.
 */
export async function loadOpenCv(): Promise<Cv> {
  const before = SIGNALS.map((signal) => process.listeners(signal as "uncaughtException"));
  try {
    // By `require`, for the module object is a thenable and must not pass through an `await` as it is.
    // The package's own types describe hundreds of classes; only the surface of `Cv` is used.
    return await started(createRequire(import.meta.url)("@techstark/opencv-js") as OpenCvModule);
  } catch (cause) {
    throw new EditError("engine-failed", `Expected OpenCV's WASM module to start, got: ${String(cause)}`, { cause });
  } finally {
    dropNewListeners(before);
  }
}

/** Emscripten's module is a thenable that resolves to itself: awaiting it would never end, so `then` is removed first. */
function started(module: OpenCvModule): Promise<Cv> {
  delete module.then;
  if (module.Mat !== undefined) return Promise.resolve(module);
  return new Promise((resolve) => {
    module.onRuntimeInitialized = () => resolve(module);
  });
}

/** Emscripten turns every unhandled rejection of the host program into an abort; that is not its business. */
function dropNewListeners(before: readonly (readonly unknown[])[]): void {
  SIGNALS.forEach((signal, i) => {
    for (const listener of process.listeners(signal as "uncaughtException")) {
      if (!before[i]?.includes(listener)) process.off(signal, listener);
    }
  });
}

/** Runs `body` with a keeper of matrices; whatever was given to `keep` is deleted afterwards, also on errors. */
export function withMats<T>(body: (keep: <M extends Mat>(mat: M) => M) => T): T {
  const kept: Mat[] = [];
  try {
    return body((mat) => {
      kept.push(mat);
      return mat;
    });
  } finally {
    for (const mat of kept) mat.delete();
  }
}

/** A copy in WASM memory: 8UC3 of an Rgb, 8UC1 of a Mask. */
export function toMat(cv: Cv, picture: Rgb | Mask): Mat {
  const channels = picture.data.length / (picture.width * picture.height);
  const mat = new cv.Mat(picture.height, picture.width, channels === 3 ? cv.CV_8UC3 : cv.CV_8UC1);
  mat.data.set(picture.data);
  return mat;
}
