/** The files of one edit: written into a folder beside the final one, which appears under its name only when whole. */
import { copyFile, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { EditError } from "../../errors.ts";
import { allEnded } from "../all-ended.ts";
import type { EditOutcome, Receipt, Warning } from "../api.ts";
import { apply } from "../geometry/affine.ts";
import type { Size } from "../geometry/mask.ts";
import { applyEdit } from "../image/composite.ts";
import { outputFormat, writeImage } from "../image/encode.ts";
import { writePng } from "../image/raster-io.ts";
import { makeReceipt } from "../image/receipt.ts";
import { resizeMask, resizeRgb } from "../image/resample.ts";
import { diffView, regionsView } from "../image/views.ts";
import type { Point, Rgb } from "../raster.ts";
import type { ResolvedOperation } from "../recipe/resolve.ts";
import type { Quality } from "../recipe/schema.ts";
import { fitWithin } from "../retouch/resample.ts";
import { type Frame, intoPicture } from "./frame.ts";
import type { EditPlan } from "./plan.ts";
import { filmStrip } from "./sampling-preview.ts";
import type { TierResult } from "./tiers.ts";

export interface Written {
  readonly files: EditOutcome["files"];
  readonly receipt: Receipt;
  readonly warnings: readonly Warning[];
}

/** Throws `out-exists` for a folder with something in it, before any work is done for it. */
export async function refuseFolder(dir: string): Promise<void> {
  const names = await readdir(dir).catch(() => []);
  if (names.length > 0) throw new EditError("out-exists", `Expected a new folder for the edit, ${dir} is not empty`);
}

/** Runs `work` in a folder that becomes `dir` when it succeeds and vanishes when it fails. */
export async function intoFolder<T>(dir: string, work: (folder: string) => Promise<T>): Promise<T> {
  const partial = join(dirname(dir), `.${basename(dir)}.${process.pid}.partial`);
  await rm(partial, { recursive: true, force: true });
  await madeFolder(partial).catch((cause: unknown) => {
    throw new EditError("usage", `Expected a folder that can be made for the edit, got ${dir}`, { cause });
  });
  try {
    const result = await work(partial);
    await rename(partial, dir);
    return result;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/** Node's recursive mkdir tells of a read-only file system as of a folder that is not there. */
async function madeFolder(dir: string): Promise<void> {
  try {
    await mkdir(dir);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    await mkdir(dir, { recursive: true });
  }
}

export interface WriteRequest {
  readonly plan: EditPlan;
  readonly frame: Frame;
  /** The frame's picture, edited. */
  readonly after: Rgb;
  /** All tiers of the frame's picture. */
  readonly tiers: readonly Pick<TierResult, "tier" | "picture">[];
  readonly losses: readonly number[];
  /** Small pictures of the sampling. */
  readonly frames: readonly Rgb[];
  readonly embed: boolean;
  /** Where the files will lie in the end. */
  readonly dir: string;
}

/**
 * `image` and `editable.png` have the picture's size; `before`, `after`, `diff` and `regions.png` explain the edit and
 * are scaled down to a longer edge of 2048 pixels.
 */
export async function writeEdit(folder: string, request: WriteRequest): Promise<Written> {
  const { plan, losses, dir } = request;
  const image = `image.${outputFormat(undefined, plan.native)}`;
  const film = filmStrip(request.frames);
  const [result] = await bothOrInTurn(
    plan.rgb.width * plan.rgb.height <= AT_ONCE,
    () => writeResult(join(folder, image), request),
    async () => {
      await writePng(join(folder, "editable.png"), plan.edit.editable);
      await writeViews(folder, request);
      await writeFile(join(folder, "recipe.json"), `${JSON.stringify(plan.edit.recipe, null, 2)}\n`);
      await writeFile(join(folder, "loss.csv"), lossCsv(losses));
      if (film !== undefined) await writePng(join(folder, FILM), film);
    },
  );
  const files = filesIn(dir, image, request.tiers);
  return { files: film === undefined ? files : { ...files, film: join(dir, FILM) }, ...result };
}

/** The result and the views of a picture of so many pixels are made at once; those of a larger one in turn, for together they
 * take the memory of both. */
const AT_ONCE = 8e6;

async function bothOrInTurn<A, B>(both: boolean, one: () => Promise<A>, other: () => Promise<B>): Promise<[A, B]> {
  return both ? allEnded([one(), other()]) : [await one(), await other()];
}

async function writeResult(path: string, request: WriteRequest): Promise<Pick<Written, "receipt" | "warnings">> {
  const { native, edit } = request.plan;
  const warnings = await writeSamples(path, request);
  return { receipt: await makeReceipt(native, path, edit.editable), warnings };
}

/** On its own, so that the edited samples are free before the written ones are read back. */
async function writeSamples(path: string, { plan, frame, after, embed }: WriteRequest): Promise<Warning[]> {
  const { native, edit } = plan;
  const origin = [frame.box[0], frame.box[1]] as const;
  const part = { before: frame.rgb, after, weight: frame.edit.editableHard, origin };
  const { samples, warnings } = await applyEdit(native, part);
  const { icc, exif, xmp, display } = native;
  const metadata = { format: outputFormat(undefined, native), icc, exif, xmp, display, recipe: edit.recipe, embed };
  const dropped = await writeImage(path, { ...native, samples }, metadata);
  return [...warnings, ...dropped];
}

const FILM = "film.png";
/** Longest edge in pixels. */
const VIEW_EDGE = 2048;

async function writeViews(folder: string, { plan, frame, after, tiers }: WriteRequest): Promise<void> {
  const size = fitWithin(plan.rgb.width, plan.rgb.height, VIEW_EDGE);
  const was = await scaled(plan.rgb, size);
  const is = await scaled(intoPicture(plan.rgb, after, frame.box), size);
  const marks = await Promise.all(plan.edit.operations.map((operation) => markIn(operation, size)));
  const at = (name: string) => join(folder, `${name}.png`);
  const views = { before: was, after: is, diff: diffView(was, is), regions: regionsView(was, marks) };
  await allEnded(Object.entries(views).map(([name, view]) => writePng(at(name), view)));
  for (const { tier, picture } of tiers) {
    if (picture === after) await copyFile(at("after"), at(tierName(tier)));
    else await writePng(at(tierName(tier)), await scaled(intoPicture(plan.rgb, picture, frame.box), size));
  }
}

async function scaled(rgb: Rgb, { width, height }: Size): Promise<Rgb> {
  return rgb.width === width && rgb.height === height ? rgb : resizeRgb(rgb, width, height);
}

async function markIn({ region, target, centroid, affine }: ResolvedOperation, { width, height }: Size) {
  const shown = ([x, y]: Point): Point => [(x * width) / region.width, (y * height) / region.height];
  return {
    source: await resizeMask(region, width, height),
    target: await resizeMask(target, width, height),
    from: shown(centroid),
    to: shown(apply(affine, centroid)),
  };
}

function lossCsv(losses: readonly number[]): string {
  return ["iteration,loss", ...losses.map((loss, i) => `${i + 1},${loss}`)].join("\n").concat("\n");
}

function tierName(tier: Quality): string {
  return `tier-${tier}`;
}

function filesIn(dir: string, image: string, tiers: WriteRequest["tiers"]): EditOutcome["files"] {
  const at = (name: string) => join(dir, name);
  return {
    image: at(image),
    editable: at("editable.png"),
    before: at("before.png"),
    after: at("after.png"),
    diff: at("diff.png"),
    regions: at("regions.png"),
    recipe: at("recipe.json"),
    loss: at("loss.csv"),
    tiers: Object.fromEntries(tiers.map(({ tier }) => [tier, at(`${tierName(tier)}.png`)])),
  };
}
