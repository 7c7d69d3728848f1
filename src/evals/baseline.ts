/** What an edit is held against: another way to a picture, measured in the same zones and with the same scorers. */
import type { CallOptions, Engine, Seconds } from "../engine/api.ts";
import type { Recipe } from "../engine/recipe/schema.ts";
import type { DragPoint } from "./points.ts";
import type { Shot, Zones } from "./sample.ts";

/** The edit that was made, resolved, and what it was made from. */
export interface BaselineCase {
  /** Path of the input picture. */
  readonly image: string;
  readonly original: Shot;
  readonly zones: Zones;
  /** The edit's own: masks are data URIs or drawn shapes, so that it runs anywhere. */
  readonly recipe: Recipe;
  /** Folder that relative masks refer to. */
  readonly baseDir: string;
  /** The data set's own points, where it has them. */
  readonly points: readonly DragPoint[] | undefined;
  /** Folder for this baseline's files (exists, empty). */
  readonly dir: string;
  readonly device: string | undefined;
}

export interface BaselinePicture {
  /** Path of a picture of the input's size; the input itself for doing nothing. */
  readonly image: string;
  /** Wall clock seconds; the stages where an engine made it. */
  readonly seconds: number;
  readonly stages?: Seconds;
  readonly peakMemoryBytes?: number;
}

export interface Baseline {
  /** As results write it, e.g. "paste". */
  readonly name: string;
  /** As tables write it, e.g. "paste and leave". */
  readonly label: string;
  /** What it does, in a sentence, for the report. */
  readonly about: string;
  /** Undefined where it does not apply: the preview beside an edit that is itself one, a method that the model lacks. */
  run(one: BaselineCase, engine: Engine, call: CallOptions): Promise<BaselinePicture | undefined>;
}
