/** What metrics look at: the input and one result as decoded again from their files, and the zones of the edit. */
import type { Gates } from "../engine/api.ts";
import { regionIo } from "../engine/edit/plan.ts";
import { emptyMask, subtract, union } from "../engine/geometry/mask.ts";
import { decodeImage, toRgb } from "../engine/image/decode.ts";
import type { NativeImage } from "../engine/image/native.ts";
import type { Mask, Rgb } from "../engine/raster.ts";
import { type ResolvedOperation, resolveRecipe } from "../engine/recipe/resolve.ts";
import type { Recipe } from "../engine/recipe/schema.ts";
import { type GateRegion, measureGates } from "../engine/retouch/gates.ts";

export interface Shot {
  readonly native: NativeImage;
  readonly rgb: Rgb;
}

/** Where an edit takes from and where it puts to: the same for the edit and for the baselines it is compared with. */
export interface Zones {
  readonly operations: readonly ResolvedOperation[];
  readonly regions: readonly GateRegion[];
  /** 0 or 255. */
  readonly editable: Mask;
}

export interface Scene extends Zones {
  readonly original: Shot;
  readonly result: Shot;
  readonly gates: Gates;
  readonly seconds: number;
  /** Undefined for a method that needs no engine. */
  readonly peakMemoryBytes: number | undefined;
}

export async function readShot(path: string): Promise<Shot> {
  const native = await decodeImage(path);
  return { native, rgb: await toRgb(native) };
}

/** From a resolved recipe: its masks are data URIs or drawn shapes, so that neither files nor a segmenter are needed. */
export async function zonesOf(recipe: Recipe, { native, rgb }: Shot): Promise<Zones> {
  const { operations, editableHard } = await resolveRecipe(recipe, native, regionIo(rgb, "", noSegmenter));
  const left = vacatedBy(operations, rgb);
  const regions = operations.map(({ grown, target, affine, keepSource }) => {
    const vacated = keepSource ? emptyMask(rgb) : left;
    return { source: grown, target, vacated, editable: editableHard, affine };
  });
  return { operations, regions, editable: editableHard };
}

/** `cost` of the edit that made the result. */
export function sceneOf(
  zones: Zones,
  original: Shot,
  result: Shot,
  cost: { seconds: number; peakMemoryBytes?: number },
): Scene {
  const gates = measureGates(original.rgb, result.rgb, zones.regions);
  return { ...zones, original, result, gates, seconds: cost.seconds, peakMemoryBytes: cost.peakMemoryBytes };
}

/**
 * What some region leaves and none covers again: from masks alone, so that it is the same for every method. The hole that
 * the engine fills is a few pixels wider, so its own scores (tierScores) differ a little from these.
 */
function vacatedBy(operations: readonly ResolvedOperation[], rgb: Rgb): Mask {
  const leaving = operations.filter(({ keepSource }) => !keepSource).map(({ grown }) => grown);
  const covered = operations.map(({ target }) => target).reduce(union, emptyMask(rgb));
  return subtract(leaving.reduce(union, emptyMask(rgb)), covered);
}

function noSegmenter(): never {
  throw new TypeError("Expected a resolved recipe, got one with a region that needs a segmenter");
}
