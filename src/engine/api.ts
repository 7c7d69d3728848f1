/** What the engine does for its callers (tools, command line, server), as one interface. The real one runs in a child
 * process (process/engine.ts); tests may pass another. Pixels travel as files: callers name folders, never buffers,
 * but for small encoded previews. */
import type { Box, Point } from "./raster.ts";
import type { Motion, Quality, Recipe, RegionSpec } from "./recipe/schema.ts";

/** Something to know about a result that exists nevertheless. `code` is stable, `message` is for people. */
export interface Warning {
  code: string;
  message: string;
  /** Corners, in pixels of the picture, of a region that the warning offers ("the shadow stays behind: move it too?"). */
  polygon?: number[][] | undefined;
}

/** What a picture's file says, after EXIF orientation. */
export interface ImageInfo {
  width: number;
  height: number;
  /** Container of the file: "png", "jpeg", "webp", "tiff", "avif". */
  format: string;
  /** Samples per pixel (1 grey, 2 grey + alpha, 3 RGB, 4 RGBA) and bits per sample of the file. */
  channels: number;
  depth: number;
  warnings: Warning[];
}

/** A small encoded picture to show to a person or a model. */
export interface Preview {
  data: Uint8Array;
  mimeType: "image/webp" | "image/jpeg" | "image/png";
  width: number;
  height: number;
}

/** What may be drawn over a shown picture. */
export type Overlay = "none" | "grid" | "regions";

/** A picture to be shown small. */
export interface LookRequest {
  image: string;
  /** Part to show, in image pixels; the whole picture without it. */
  crop?: Box;
  overlay?: "none" | "grid";
  /** Binary PNG masks to tint (red, green, blue … in order). */
  masks?: readonly string[];
  /** Boxes to outline and number from 1. */
  boxes?: readonly Box[];
  /** Longest edge in pixels (default 1024) and byte budget before base64 (default 500 000); both are kept. */
  maxEdge?: number;
  maxBytes?: number;
}

/** From a hint to a mask. `refine: false` takes the drawn shape as it is. */
export type SelectHint =
  | { type: "region"; region: RegionSpec; refine: boolean }
  | { type: "points"; points: readonly { point: Point; positive: boolean }[] }
  | { type: "salient" };

/** A region wanted as a mask. */
export interface SelectRequest {
  image: string;
  hint: SelectHint;
  /** Where the mask is written (8-bit grey PNG, 255 = inside). */
  maskPath: string;
  /** Relative mask paths in the hint are read from here. */
  baseDir?: string;
}

/** A mask that was written; box and centroid in pixels of the picture. */
export interface Selection {
  box: Box;
  centroid: Point;
  /** Share of the image, 0–1. */
  area: number;
  /** How sure the segmenter is, 0–1; 1 for a drawn shape taken as it is. */
  confidence: number;
  warnings: Warning[];
}

/** An edit to be made. */
export interface EditRequest {
  /** Path of the input picture. */
  image: string;
  recipe: Recipe;
  /** Folder that relative mask paths of the recipe refer to. */
  baseDir: string;
  /** Folder that receives the files of the edit (created); nothing else is written. */
  dir: string;
  device?: string;
  /** false leaves recipe and provenance out of the written file. */
  embed?: boolean;
}

/** An edit to be forecast. */
export interface PlanRequest extends Pick<EditRequest, "image" | "recipe" | "baseDir" | "device"> {
  /** Folder that receives `regions.png` and `editable.png` (created); without it nothing is written. */
  dir?: string;
}

/** One operation of a forecast; coordinates are pixels of the picture. */
export interface ForecastRegion {
  label: string;
  box: Box;
  centroid: Point;
  /** Share of the image, 0–1. */
  area: number;
  motion: Motion;
  keepSource: boolean;
  /** Around the moved region; may reach beyond the picture. */
  targetBox: Box;
  /** Where the centroid goes. */
  target: Point;
}

/** What an edit would do. Nothing was run. */
export interface EditForecast {
  width: number;
  height: number;
  quality: Quality;
  regions: ForecastRegion[];
  editable: { box: Box; area: number };
  /** What the model would see, and how often; absent where none takes part. */
  view?: { crop: Box; width: number; height: number; tokens: number; evaluations: number; iterations: number };
  /** Bytes that the model takes at its peak, weights that are only mapped from their file left out, and how it runs;
   * absent where none takes part. */
  memory?: { bytes: number; execution: "whole" | "layerwise" };
  /** From what earlier edits on this machine have cost; where there was none, a large model's from its arithmetic and
   * this machine's measured speed; else absent. */
  seconds?: number;
  recipe: Recipe;
  warnings: Warning[];
  files?: { regions: string; editable: string };
}

/** An edit to be seen while it is being dragged. */
export interface LiveRequest extends Pick<EditRequest, "image" | "recipe" | "baseDir"> {
  /** Longest edge in pixels of the copy that it is made on (default 768). */
  maxEdge?: number;
  /** The whole picture instead of the part that changes. */
  whole?: boolean;
}

/** A picture of the part that changes, and where it lies: pixels of the original, which may be fractions. */
export interface LivePreview extends Preview {
  box: Box;
}

/** Two pictures of one size, as 8-bit sRGB. */
export interface CompareRequest {
  a: string;
  b: string;
}

/** How two pictures differ. */
export interface Comparison {
  width: number;
  height: number;
  /** Pixels that differ in any channel. */
  changedPixels: number;
  /** 0–255. */
  maxDiff: number;
  /** Decibels; absent for equal pictures. */
  psnr?: number;
  /** Around what differs; absent for equal pictures. */
  changedBox?: Box;
  /** How much differs where: black none, then blue, red, yellow, white. */
  heat: Preview;
}

/** A thing that a person may mean, as numbered in the picture: the likeliest first. */
export interface Guess {
  box: Box;
  centroid: Point;
  /** Share of the image, 0–1. */
  area: number;
  /** How much it stands out, 0–1. */
  salience: number;
}

/** What of a JPEG's quantised coefficients is in the JPEG that was written of it, by MCU: the blocks of one place, 8x8 to
 * 16x16 pixels as a rule. */
export interface KeptCoefficients {
  /** With all coefficients of the original. */
  keptMcus: number;
  changedMcus: number;
  /** Whether every MCU without a changed pixel is among the kept ones, under the same quantisation tables. */
  exact: boolean;
}

/** What was found when the written file was read back and compared with the input. */
export interface Receipt {
  lossless: boolean;
  /** Samples' pixels outside the editable area that differ between input and written file. */
  outsideChanged: number;
  outsideSha256: string;
  outsidePixels: number;
  outsideMaxDiff?: number;
  outsidePsnr?: number;
  /** Box around the pixels that may have changed. */
  editedBox: Box;
  /** Share of the picture that may change, 0–1. */
  editableArea: number;
  /** Of a JPEG that was written of a JPEG without encoding the rest anew. */
  jpeg?: KeptCoefficients;
}

/** Free pixel measures of one result; no ground truth is needed. */
export interface Gates {
  /** 0–1: how far the source area is from still showing the object (1 = gone). */
  sourceCleared: number;
  /** 0–1: how well the target shows the moved region (1 = it is there). */
  targetArrived: number;
  /** Gradient energy across the edit's border relative to the surroundings; 1 is inconspicuous, higher is a visible seam. */
  seamEnergy: number;
  /** Gradient energy in the vacated area relative to its surroundings; 1 is ideal, near 0 is smear. */
  fillTexture: number;
  /** 0–1: whether patches of the filled area occur in its surroundings (noise and smear do not). */
  fillPlausible: number;
  /** One number that orders results: higher is better. */
  score: number;
}

/** Seconds per stage; those that did not run are 0. */
export interface Seconds {
  total: number;
  encode: number;
  invert: number;
  drag: number;
  sample: number;
  decode: number;
  composite: number;
}

/** An edit that was made, with all that was measured on it. */
export interface EditOutcome {
  /** Paths under the request's `dir`. `image` is the result; the others explain it. */
  files: {
    image: string;
    editable: string;
    before: string;
    after: string;
    diff: string;
    regions: string;
    recipe: string;
    loss: string;
    /** What the sampling was heading for, from its first step (left) to its last: a PNG strip of the part that the model
     * sees. Where the model has a cheap decoder for it (`preview_vae/`), or the edit was watched. */
    film?: string;
    /** Each tier's own picture, the ones that lost included; sRGB PNG, at most 2048 px. */
    tiers: Partial<Record<Quality, string>>;
  };
  width: number;
  height: number;
  /** Which tier's picture `image` is; a slower tier never replaces a measurably better faster one. */
  tier: Quality;
  /** Why, in words, with both scores; absent where there was nothing to choose. */
  why?: string;
  tiers: Partial<Record<Quality, Gates>>;
  /** The same gates of the untouched picture: what doing nothing would score. */
  nothing?: Gates;
  /** Per operation: cut out and moved, or bent with what it belongs to (on pixels; the model is led the same way). */
  regimes?: ("cut" | "bend")[];
  receipt: Receipt;
  metrics: Record<string, number>;
  seconds: Seconds;
  peakMemoryBytes: number;
  /** Fully resolved: masks are data URIs, so that it replays anywhere. */
  recipe: Recipe;
  warnings: Warning[];
}

/** A result wanted under a name of the caller's; its ending chooses the format. */
export interface ExportRequest {
  /** The picture to write (an edit's result or an opened image). */
  image: string;
  /** Input of the edit and its editable mask; without them the receipt covers the whole picture. */
  original?: string;
  editable?: string;
  /** The opened picture that `image` comes from, or itself: a JPEG's coefficients go into a JPEG where no edit met them. */
  source?: string;
  out: string;
  overwrite: boolean;
  recipe?: Recipe;
  embed?: boolean;
}

/** The file that was written. */
export interface ExportOutcome {
  path: string;
  format: string;
  bytes: number;
  receipt: Receipt;
  warnings: Warning[];
}

/** In the order in which an edit may pass through them. */
export const STAGES = [
  "decode",
  "plan",
  "preview",
  "encode",
  "invert",
  "drag",
  "sample",
  "decode-latent",
  "composite",
  "write",
] as const;
export type Stage = (typeof STAGES)[number];

/** How far a call has come. */
export interface Progress {
  stage: Stage;
  /** Steps done of `total` within the whole job; `done` never falls. */
  done: number;
  total: number;
  /** Present in the drag stage. */
  loss?: number;
}

/** Aborting rejects an edit with `cancelled` at its next step; over child processes, any call. */
export interface CallOptions {
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

/** What an edit can say besides. */
export interface EditOptions extends CallOptions {
  /** Small pictures of what the sampling of an edit is heading for: the part that the model sees, at its size. Comes
   * where the model has a decoder for it (`preview_vae/`). */
  onPreview?: (preview: Preview) => void;
  /** Where edits are made by workers that others use too: how many stand before this one, told as that changes;
   * undefined when its turn has come. Never called by an engine of one's own. */
  onWait?: (ahead: number | undefined) => void;
  /** Somebody waits for it in a conversation: such edits go before others of their length. Only a shared queue asks. */
  conversational?: boolean;
}

/** What a caller can mend is thrown as an EditError. */
export interface Engine {
  /** Reads the file whole, so that a broken one is found here. */
  inspect(image: string, options?: CallOptions): Promise<ImageInfo>;
  look(request: LookRequest, options?: CallOptions): Promise<Preview>;
  select(request: SelectRequest, options?: CallOptions): Promise<Selection>;
  /** At most five things that stand out, the clearest first; empty where nothing does. */
  guesses(image: string, options?: CallOptions): Promise<Guess[]>;
  /** What `edit` would do, refused as it would be; runs no model. */
  plan(request: PlanRequest, options?: CallOptions): Promise<EditForecast>;
  /** The preview tier at screen size, for dragging: writes nothing, keeps no result. Throws as `plan`. */
  live(request: LiveRequest, options?: CallOptions): Promise<LivePreview>;
  /** Throws `mask-size-mismatch` for pictures of two sizes. */
  compare(request: CompareRequest, options?: CallOptions): Promise<Comparison>;
  /** Runs the recipe at its `quality`. Throws EditError; on any error `dir` holds no result. */
  edit(request: EditRequest, options?: EditOptions): Promise<EditOutcome>;
  /** The edit that was made into `dir` is written down: whoever made it elsewhere need not keep it any longer. */
  settled?(dir: string): void;
  /** Writes the picture whole or not at all. Throws `out-exists` unless `overwrite`. */
  exportImage(request: ExportRequest, options?: CallOptions): Promise<ExportOutcome>;
  /** Ends what runs in the background. */
  close(): Promise<void>;
}
