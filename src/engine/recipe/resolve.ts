/** From a checked recipe and a picture's size to masks, affine maps and the editable area: all that later stages need. */
import type { Warning } from "../api.ts";
import { affineAt, affineOfMotion } from "../geometry/affine.ts";
import { centroidOf, dilate, fullMask, type Size, threshold, warpMask } from "../geometry/mask.ts";
import { bendRoom } from "../geometry/room.ts";
import type { Affine, Mask, Point } from "../raster.ts";
import { automaticArea, type EditableArea, editableArea, type Footprint, missWarnings } from "./editable.ts";
import { lintOperations } from "./lint.ts";
import { isSegmentSpec, type RegionIo, rasteriseRegion } from "./rasterise.ts";
import { type Regime, type RegimeChoice, regimeOf } from "./regime.ts";
import type { Motion, Operation, Recipe, RegionSpec } from "./schema.ts";

export interface ResolveIo extends RegionIo {
  /** A binary mask as a PNG data URI. */
  encodeMask(mask: Mask): Promise<string>;
  /** Whether the region belongs to something larger in the picture. Without it every region is a thing of its own. */
  isPart?(region: Mask): boolean;
}

/** Pixels of the original image. */
export interface ResolveConstants {
  /** How far regions are grown. Default 0.4 % of the longer edge, 2–8. */
  dilate?: number;
  /** How far an automatic editable area goes beyond its rectangles. Default 1 % of the longer edge, 4–32. */
  margin?: number;
  /** Width of the ramp inside the editable area. Default: the margin's default. */
  feather?: number;
  /** How regions move on pixels (see `regimeOf`). Default "auto". */
  regime?: RegimeChoice;
}

export interface ResolvedOperation {
  label: string;
  /** As drawn, 0 or 255. The recipe keeps this one, so that resolving again grows nothing twice. */
  region: Mask;
  grown: Mask;
  /** `grown` moved by the whole motion, 0 or 255. */
  target: Mask;
  /** Of `region`. */
  centroid: Point;
  motion: Motion;
  keepSource: boolean;
  /** Cut out and moved, or bent with its surroundings. */
  regime: Regime;
  /** The whole motion, source → target. */
  affine: Affine;
  /** The part of the motion done at progress 0–1. */
  at(progress: number): Affine;
}

export interface ResolvedEdit extends EditableArea {
  size: Size;
  operations: ResolvedOperation[];
  warnings: Warning[];
  /** Replays anywhere: mask files, `at` points and `object` boxes are data URIs, drawn shapes stay as they are. */
  recipe: Recipe;
}

/**
 * Deterministic; resolving the result's `recipe` again gives the same masks.
 * @throws EditError of `rasteriseRegion`, `affineAt`, `lintOperations`, and what `io` throws.
 */
export async function resolveRecipe(
  recipe: Recipe,
  size: Size,
  io: ResolveIo,
  constants: ResolveConstants = {},
): Promise<ResolvedEdit> {
  const settled = { ...defaultConstants(size), ...constants };
  const drawn = await inOrder(recipe.operations, (operation, i) => draw(operation, i, size, io));
  const given = await givenArea(recipe.editable, size, io);
  const part = { choice: constants.regime ?? "auto", isPart: io.isPart ?? (() => false), area: given };
  const warnings = lintOperations(drawn, settled.dilate);
  const moved = drawn.map((operation) => move(operation, settled.dilate, part));
  const area = await areaOf(recipe.editable, moved, size, settled.margin, given, io);
  return {
    size: { width: size.width, height: size.height },
    operations: moved,
    ...editableArea(area.hard, settled.feather),
    warnings: [...warnings, ...area.warnings],
    recipe: { ...recipe, operations: drawn.map(({ resolved }) => resolved), editable: area.resolved },
  };
}

/** Defaults in proportion to the picture's longer edge. */
export function defaultConstants({ width, height }: Size): Required<Omit<ResolveConstants, "regime">> {
  const share = (part: number, low: number, high: number) =>
    Math.min(high, Math.max(low, Math.round(part * Math.max(width, height))));
  const margin = share(0.01, 4, 32);
  return { dilate: share(0.004, 2, 8), margin, feather: margin };
}

interface Drawn {
  label: string;
  region: Mask;
  centroid: Point;
  affine: Affine;
  operation: Operation;
  resolved: Operation;
}

async function draw(operation: Operation, index: number, size: Size, io: ResolveIo): Promise<Drawn> {
  const region = await rasteriseRegion(operation.region, size, io);
  const centroid = centroidOf(region);
  return {
    label: operation.label ?? `region ${index + 1}`,
    region,
    centroid,
    affine: affineOfMotion(operation.motion, centroid),
    operation,
    resolved: { ...operation, region: await portable(operation.region, region, io) },
  };
}

/** A spec that needs neither files nor a segmenter to be read again. */
async function portable(spec: RegionSpec, mask: Mask, io: ResolveIo): Promise<RegionSpec> {
  const isPath = "mask" in spec && !spec.mask.startsWith("data:");
  return isPath || isSegmentSpec(spec) ? { mask: await io.encodeMask(mask) } : spec;
}

interface PartRule {
  choice: RegimeChoice;
  area: Mask | undefined;
  isPart(region: Mask): boolean;
}

function move(
  { operation, label, region, centroid, affine }: Drawn,
  radius: number,
  part: PartRule,
): ResolvedOperation {
  const grown = dilate(region, radius);
  const target = threshold(warpMask(grown, affine, region));
  const { motion, keepSource = false } = operation;
  const regime = regimeOf({ region, affine, motion, keepSource, area: part.area }, part.choice, part.isPart);
  const at = (progress: number) => affineAt(motion, centroid, progress);
  return { label, region, grown, target, centroid, motion, keepSource, regime, affine, at };
}

interface Area {
  hard: Mask;
  warnings: Warning[];
  resolved: Recipe["editable"];
}

async function areaOf(
  editable: Recipe["editable"],
  operations: readonly ResolvedOperation[],
  size: Size,
  margin: number,
  given: Mask | undefined,
  io: ResolveIo,
): Promise<Area> {
  const footprints = operations.map(footprintOf);
  if (editable === "auto") return { hard: automaticArea(footprints, margin), warnings: [], resolved: editable };
  if (editable === "everything" || given === undefined)
    return { hard: fullMask(size), warnings: [], resolved: editable };
  return { hard: given, warnings: missWarnings(given, footprints), resolved: await portable(editable, given, io) };
}

/** Undefined where the recipe leaves the area to the engine. */
async function givenArea(editable: Recipe["editable"], size: Size, io: ResolveIo): Promise<Mask | undefined> {
  return typeof editable === "string" ? undefined : rasteriseRegion(editable, size, io);
}

function footprintOf(operation: ResolvedOperation): Footprint {
  const { regime, grown, affine } = operation;
  return { ...operation, room: regime === "bend" ? bendRoom(grown, affine) : 0 };
}

/** One after another: masks are large, and a segmenter may not be entered twice. */
async function inOrder<T, R>(items: readonly T[], task: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const [i, item] of items.entries()) results.push(await task(item, i));
  return results;
}
