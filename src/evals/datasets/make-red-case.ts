/** Writes a recipe and its picture as a sample in ReD Bench's folder format (flux.md §7.6), which red-bench.ts reads. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { PaperTask } from "../../engine/drag/paper-affine.ts";
import { planEdit } from "../../engine/edit/plan.ts";
import { apply } from "../../engine/geometry/affine.ts";
import { areaPixels, dilate, emptyMask, intersect, union } from "../../engine/geometry/mask.ts";
import { writePng } from "../../engine/image/raster-io.ts";
import { regionsView } from "../../engine/image/views.ts";
import type { Mask, Point } from "../../engine/raster.ts";
import type { ResolvedEdit, ResolvedOperation } from "../../engine/recipe/resolve.ts";
import type { Recipe } from "../../engine/recipe/schema.ts";
import { loadOpenCv } from "../../engine/segment/opencv.ts";
import { EditError } from "../../errors.ts";
import { drawnTarget } from "../drawn-target.ts";
import type { RedInstruction } from "./red-bench.ts";

export interface RedCaseRequest {
  readonly recipe: Recipe;
  /** Folder that relative masks of the recipe refer to. */
  readonly baseDir: string;
  readonly image: string;
  /** New folder. */
  readonly dir: string;
}

/**
 * What the format cannot say is refused with `recipe-invalid`: scalings and motions in several steps, copies that leave the
 * source, regions that touch or whose centroid lies outside them.
 * @throws EditError besides of the picture and the recipe, `out-exists` for a folder that is there.
 */
export async function writeRedCase({ recipe, baseDir, image, dir }: RedCaseRequest): Promise<void> {
  const { rgb, edit } = await planEdit(image, recipe, baseDir, loadOpenCv);
  checkRegions(edit.operations);
  const told = instructionOf(recipe, edit);
  await makeNew(dir);
  await mkdir(join(dir, "temp"));
  const write = (name: string, raster: Parameters<typeof writePng>[1]) => writePng(join(dir, name), raster);
  await write("original_image.png", rgb);
  await write("operation.png", edit.operations.map(({ region }) => binary(region)).reduce(union, emptyMask(rgb)));
  await write("mask.png", edit.editableHard);
  await write("user_operation.png", regionsView(rgb, edit.operations.map(markOf)));
  for (const [i, operation] of edit.operations.entries()) {
    await write(`temp/mask_orig__${i}.png`, binary(operation.region));
    await write(`temp/mask_proc__${i}.png`, drawnTarget(operation));
  }
  await writeFile(join(dir, "instruction.json"), `${JSON.stringify(told, null, 2)}\n`);
  await writeFile(join(dir, "recipe.json"), `${JSON.stringify(recipe, null, 2)}\n`);
}

async function makeNew(dir: string): Promise<void> {
  await mkdir(dirname(dir), { recursive: true });
  await mkdir(dir).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "EEXIST")
      throw new EditError("out-unwritable", `Expected to make ${dir}, got ${cause.code}`, { cause });
    throw new EditError("out-exists", `Expected a new folder for the case, ${dir} is there already`, { cause });
  });
}

/** One blob per operation: touching ones would be read as one. */
function checkRegions(operations: readonly ResolvedOperation[]): void {
  for (const [i, { region, centroid, label }] of operations.entries()) {
    const [x, y] = wholePixel(centroid);
    if ((region.data[y * region.width + x] ?? 0) <= 127) {
      throw refused(`a region that holds its own centroid, ${label}'s (${x}, ${y}) lies outside it`);
    }
    const touched = operations.slice(0, i).find((other) => areaPixels(intersect(dilate(other.region, 2), region)) > 0);
    if (touched !== undefined) throw refused(`regions apart from each other, ${touched.label} and ${label} touch`);
  }
}

function instructionOf({ prompt, sourcePrompt }: Recipe, { operations }: ResolvedEdit): RedInstruction {
  const told = operations.map(operationOf);
  return {
    region_operations: Object.fromEntries(told.map((one, i) => [String(i), one])),
    point_operations: {
      begin_points: told.map(({ centroids: [begin] }) => begin),
      target_points: told.map(({ centroids: [, target] }) => target),
    },
    background_prompt: sourcePrompt,
    editing_prompt: prompt.startsWith(sourcePrompt) ? prompt.slice(sourcePrompt.length) : prompt,
  };
}

function operationOf(operation: ResolvedOperation): RedInstruction["region_operations"][string] {
  const { motion, centroid, affine, keepSource } = operation;
  if (keepSource) throw refused("operations that move the source, got keepSource");
  const centroids: [[number, number], [number, number]] = [wholePixel(centroid), wholePixel(apply(affine, centroid))];
  const about = motion.type === "rotation" ? wholePixel(motion.about ?? centroid) : null;
  return { task: taskOf(motion.type), centroids, anchors: about };
}

function taskOf(type: ResolvedOperation["motion"]["type"]): PaperTask {
  switch (type) {
    case "relocation":
      return "transformation";
    case "deformation":
    case "rotation":
      return type;
    case "scale":
    case "compose":
      throw refused(`a relocation, deformation or rotation, got ${type}`);
    default: {
      const unknown: never = type;
      throw new TypeError(`Expected a known motion, got ${String(unknown)}`);
    }
  }
}

function markOf({ region, target, centroid, affine }: ResolvedOperation) {
  return { source: region, target, from: centroid, to: apply(affine, centroid) };
}

function binary(mask: Mask): Mask {
  return { ...mask, data: mask.data.map((value) => (value > 127 ? 255 : 0)) };
}

/** The format has whole pixels with centres at integers. */
function wholePixel([x, y]: Point): [number, number] {
  return [Math.round(x - 0.5), Math.round(y - 0.5)];
}

function refused(expected: string): EditError {
  return new EditError("recipe-invalid", `ReD Bench's format needs ${expected}`);
}
