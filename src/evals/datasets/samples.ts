/** What all folder formats share: finding the samples, reading each, and keeping the broken ones by name. */
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { decodeImage, toRgb } from "../../engine/image/decode.ts";
import { readMask } from "../../engine/image/raster-io.ts";
import type { Mask, Point, Rgb } from "../../engine/raster.ts";
import { parseRecipe } from "../../engine/recipe/parse.ts";
import type { RecipeInput } from "../../engine/recipe/schema.ts";
import { EditError } from "../../errors.ts";
import type { BrokenSample, Dataset, LoadOptions } from "../dataset.ts";
import type { DragPoint } from "../points.ts";
import { CASE_DEFAULTS, type SuiteCase } from "../suite/suite.ts";

/** Deeper than any published set has its samples. */
const DEPTH = 3;

/** Folders below `root` (itself included, as ".") that hold any of the files, sorted; a sample has no samples inside. */
export async function sampleFolders(root: string, files: readonly string[], depth = DEPTH): Promise<string[]> {
  const found: string[] = [];
  const visit = async (dir: string, left: number): Promise<void> => {
    const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
    if (entries.some((entry) => !entry.isDirectory() && files.includes(entry.name))) {
      found.push(relative(root, dir).split(sep).join("/") || ".");
      return;
    }
    for (const entry of entries) if (entry.isDirectory() && left > 0) await visit(join(dir, entry.name), left - 1);
  };
  await visit(root, depth);
  return found.sort();
}

/** A case without what every case has by default. */
export type CaseParts = Pick<SuiteCase, "image" | "truth" | "points"> & {
  readonly recipe: RecipeInput;
  readonly tags?: readonly string[];
};

export interface Reading {
  readonly dataset: string;
  readonly root: string;
  readonly folders: readonly string[];
  readonly wanted: LoadOptions["wanted"];
  readonly limit: LoadOptions["limit"];
  read(dir: string, sample: string): Promise<CaseParts>;
}

/**
 * Reads one sample after another; what cannot be used is named and left out.
 * @throws EditError `dataset-invalid` when nothing is left of what was wanted.
 */
export async function readSamples({
  dataset,
  root,
  folders,
  wanted,
  limit,
  read,
}: Reading): Promise<Omit<Dataset, "notes">> {
  const cases: SuiteCase[] = [];
  const broken: BrokenSample[] = [];
  for (const sample of folders.filter((one) => wanted?.(one) ?? true)) {
    if (cases.length === limit) break;
    const dir = join(root, sample);
    try {
      cases.push(caseOf(dataset, sample, dir, await read(dir, sample)));
    } catch (error) {
      if (!(error instanceof EditError)) throw error;
      broken.push({ sample, message: error.message });
    }
  }
  if (cases.length === 0) throw nothingLeft(dataset, root, broken);
  return { name: dataset, cases, broken };
}

export function caseOf(dataset: string, sample: string, baseDir: string, parts: CaseParts): SuiteCase {
  const { recipe, tags = [], ...rest } = parts;
  return {
    ...CASE_DEFAULTS,
    ...rest,
    tags,
    name: sample,
    baseDir,
    request: { type: "edit", recipe: parseRecipe(recipe) },
    provenance: { dataset, sample },
  };
}

function nothingLeft(dataset: string, root: string, broken: readonly BrokenSample[]): EditError {
  const first = broken[0];
  const found = first === undefined ? "none" : `${broken.length} broken, the first ${first.sample}: ${first.message}`;
  return new EditError("dataset-invalid", `Expected samples of ${dataset} in ${root}, got ${found}`);
}

export function unusable(message: string, cause?: unknown): EditError {
  return new EditError("dataset-invalid", message, cause === undefined ? {} : { cause });
}

export async function readJsonFile(dir: string, file: string): Promise<unknown> {
  const text = await readFile(join(dir, file), "utf8").catch((cause: unknown) => {
    throw unusable(`Expected ${file}, it cannot be read`, cause);
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unusable(`Expected JSON in ${file}: ${String(cause)}`, cause);
  }
}

export async function readPicture(path: string): Promise<Rgb> {
  return toRgb(await decodeImage(path));
}

/** Of the picture's size. */
export async function readMaskFile(dir: string, file: string, size: Pick<Rgb, "width" | "height">): Promise<Mask> {
  const mask = await readMask(file, dir);
  checkMaskSize(file, mask, size);
  return mask;
}

export function checkMaskSize(name: string, mask: Mask, { width, height }: Pick<Rgb, "width" | "height">): void {
  if (mask.width === width && mask.height === height) return;
  throw unusable(`Expected ${name} of ${width}x${height} like the picture, got ${mask.width}x${mask.height}`);
}

/** Handles lie in the picture; targets may leave it. Centres at integers become continuous pixels. */
export function dragPoints(pairs: readonly { handle: Point; target: Point }[], size: Pick<Rgb, "width" | "height">) {
  if (pairs.length === 0) throw unusable("Expected at least one pair of points, got none");
  return pairs.map(({ handle, target }): DragPoint => {
    const inside = [handle[0] < size.width, handle[1] < size.height, handle[0] >= 0, handle[1] >= 0].every(Boolean);
    if (inside) return { handle: continuous(handle), target: continuous(target) };
    throw unusable(`Expected handles inside the ${size.width}x${size.height} picture, got (${handle.join(", ")})`);
  });
}

/** Data sets put pixel centres at integers. */
export function continuous([x, y]: Point): [number, number] {
  return [x + 0.5, y + 0.5];
}
