/** The files of one edit: written into a folder beside the final one, which appears under its name only when whole. */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { EditOutcome, Receipt, Warning } from "../api.ts";
import { apply } from "../geometry/affine.ts";
import { applyEdit } from "../image/composite.ts";
import { outputFormat, writeImage } from "../image/encode.ts";
import { writePng } from "../image/raster-io.ts";
import { makeReceipt } from "../image/receipt.ts";
import { diffView, regionsView } from "../image/views.ts";
import type { Rgb } from "../raster.ts";
import type { EditPlan } from "./plan.ts";

export interface Written {
  readonly files: EditOutcome["files"];
  readonly receipt: Receipt;
  readonly warnings: readonly Warning[];
}

/** Runs `work` in a folder that becomes `dir` when it succeeds and vanishes when it fails. */
export async function intoFolder<T>(dir: string, work: (folder: string) => Promise<T>): Promise<T> {
  const partial = join(dirname(dir), `.${basename(dir)}.${process.pid}.partial`);
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  try {
    const result = await work(partial);
    await rename(partial, dir);
    return result;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

export interface WriteRequest {
  readonly plan: EditPlan;
  readonly after: Rgb;
  readonly losses: readonly number[];
  readonly embed: boolean;
  /** Where the files will lie in the end. */
  readonly dir: string;
}

export async function writeEdit(folder: string, { plan, after, losses, embed, dir }: WriteRequest): Promise<Written> {
  const { native, rgb, edit } = plan;
  const format = outputFormat(undefined, native);
  const image = `image.${format}`;
  const { samples, warnings } = await applyEdit(native, rgb, after, edit.editableHard);
  const { icc, exif, xmp, display } = native;
  const metadata = { format, icc, exif, xmp, display, recipe: edit.recipe, embed };
  const dropped = await writeImage(join(folder, image), { ...native, samples }, metadata);
  const receipt = await makeReceipt(native, join(folder, image), edit.editable);
  await writePng(join(folder, "editable.png"), edit.editable);
  await writePng(join(folder, "before.png"), rgb);
  await writePng(join(folder, "after.png"), after);
  await writePng(join(folder, "diff.png"), diffView(rgb, after));
  await writePng(join(folder, "regions.png"), regionsView(rgb, edit.operations.map(mark)));
  await writeFile(join(folder, "recipe.json"), `${JSON.stringify(edit.recipe, null, 2)}\n`);
  await writeFile(join(folder, "loss.csv"), lossCsv(losses));
  return { files: filesIn(dir, image), receipt, warnings: [...warnings, ...dropped] };
}

function mark(operation: EditPlan["edit"]["operations"][number]) {
  const { region, target, centroid, affine } = operation;
  return { source: region, target, from: centroid, to: apply(affine, centroid) };
}

function lossCsv(losses: readonly number[]): string {
  return ["iteration,loss", ...losses.map((loss, i) => `${i + 1},${loss}`)].join("\n").concat("\n");
}

function filesIn(dir: string, image: string): EditOutcome["files"] {
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
  };
}
