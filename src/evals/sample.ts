/** What scorers look at: the input and one result as decoded again from their files, and the zones of the edit. */
import type { Gates, Seconds } from "../engine/api.ts";
import { regionIo } from "../engine/edit/plan.ts";
import { threshold } from "../engine/geometry/coverage.ts";
import { emptyMask, subtract, union } from "../engine/geometry/mask.ts";
import { decodeImage, toRgb } from "../engine/image/decode.ts";
import type { NativeImage } from "../engine/image/native.ts";
import type { Mask, Rgb } from "../engine/raster.ts";
import { type ResolvedOperation, resolveRecipe } from "../engine/recipe/resolve.ts";
import type { Recipe } from "../engine/recipe/schema.ts";
import { type GateRegion, measureGates } from "../engine/retouch/gates.ts";
import { drawnTarget } from "./drawn-target.ts";
import type { Networks } from "./metrics/networks.ts";
import type { DragPoint } from "./points.ts";

export interface Shot {
  readonly native: NativeImage;
  readonly rgb: Rgb;
}

/** Where an edit takes from and where it puts to: the same for the edit and for the baselines it is compared with. */
export interface Zones {
  /** `target` is the region as drawn, moved (drawn-target.ts). */
  readonly operations: readonly ResolvedOperation[];
  readonly regions: readonly GateRegion[];
  /** 0 or 255. */
  readonly editable: Mask;
}

/** What making a result has cost. */
export interface Cost {
  /** Wall clock of the edit, from decoding to the receipt. */
  readonly seconds: number;
  /** Undefined for a method that needs no engine; so is the rest of what it did not use. */
  readonly stages?: Seconds | undefined;
  readonly peakMemoryBytes?: number | undefined;
  /** Of the language model that planned it. */
  readonly tokens?: { readonly input: number; readonly output: number } | undefined;
  readonly money?: { readonly amount: number; readonly currency: string } | undefined;
}

/** What the data set says of this sample beside the picture. */
export interface Reference {
  /** What the edit should look like. */
  readonly truth?: Shot | undefined;
  readonly points?: readonly DragPoint[] | undefined;
}

export interface Sample extends Zones, Cost, Reference {
  readonly original: Shot;
  readonly result: Shot;
  readonly gates: Gates;
  /** Resolved; prompts are in it. */
  readonly recipe: Recipe;
  readonly networks: Networks;
}

export async function readShot(path: string): Promise<Shot> {
  const native = await decodeImage(path);
  return { native, rgb: await toRgb(native) };
}

/** From a resolved recipe: its masks are data URIs or drawn shapes, so that neither files nor a segmenter are needed. */
export async function zonesOf(recipe: Recipe, { native, rgb }: Shot): Promise<Zones> {
  const { operations: resolved, editableHard } = await resolveRecipe(recipe, native, regionIo(rgb, "", noSegmenter));
  const operations = resolved.map((operation) => ({ ...operation, target: drawnTarget(operation) }));
  const left = vacatedBy(operations, rgb);
  const regions = operations.map(({ region, target, affine, keepSource }) => {
    const vacated = keepSource ? emptyMask(rgb) : left;
    return { source: threshold(region), target, vacated, editable: editableHard, affine };
  });
  return { operations, regions, editable: editableHard };
}

export interface SampleParts {
  readonly zones: Zones;
  readonly original: Shot;
  readonly result: Shot;
  readonly recipe: Recipe;
  readonly cost: Cost;
  readonly reference?: Reference;
  readonly networks?: Networks;
}

/** The gates are measured here. */
export function sampleOf({ zones, original, result, recipe, cost, reference, networks = {} }: SampleParts): Sample {
  const gates = measureGates(original.rgb, result.rgb, zones.regions);
  return { ...zones, ...cost, ...reference, original, result, recipe, gates, networks };
}

/**
 * What some region leaves, with the rim that the engine clears around it, and none covers again: from masks alone, so that it
 * is the same for every method. The engine's own scores (tierScores) count its rim as part of the thing, and so differ a
 * little from these.
 */
function vacatedBy(operations: readonly ResolvedOperation[], rgb: Rgb): Mask {
  const leaving = operations.filter(({ keepSource }) => !keepSource).map(({ grown }) => grown);
  const covered = operations.map(({ target }) => target).reduce(union, emptyMask(rgb));
  return subtract(leaving.reduce(union, emptyMask(rgb)), covered);
}

export function noSegmenter(): never {
  throw new TypeError("Expected a resolved recipe, got one with a region that needs a segmenter");
}
