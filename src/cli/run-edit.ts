/** One recipe on one picture, from reading the file to printing the receipt: what edit and replay share. */
import { stat } from "node:fs/promises";
import { extname } from "node:path";
import type { ExportOutcome } from "../engine/api.ts";
import type { Recipe } from "../engine/recipe/schema.ts";
import type { EditRecord } from "../session/index.ts";
import { exportRequest } from "../tools/export-image.ts";
import type { CliDeps } from "./deps.ts";
import type { OutputFlags } from "./flags.ts";
import { makeFolderOf } from "./out-file.ts";
import { allWarnings, type EditDone, printWarnings, resultJson, resultLines } from "./print.ts";
import { progressSink } from "./progress.ts";
import { writeReport } from "./report-files.ts";
import { inStudio, type Studio } from "./studio.ts";

export interface EditOrder {
  /** Absolute path of the picture. */
  readonly image: string;
  readonly recipe: Recipe;
  /** Relative masks of the recipe are read from here. */
  readonly baseDir: string;
  /** Checked absolute paths. */
  readonly out: string;
  readonly report: string | undefined;
}

export async function runEdit(deps: CliDeps, order: EditOrder, flags: OutputFlags): Promise<void> {
  const done = await inStudio(deps, flags.home, (studio) => editAndWrite(deps, studio, order, flags));
  if (!flags.quiet && !flags.json) printWarnings(deps, allWarnings(done.record, done.written));
  deps.stdout.write(flags.json ? `${JSON.stringify(resultJson(done))}\n` : `${resultLines(done).join("\n")}\n`);
}

async function editAndWrite(deps: CliDeps, studio: Studio, order: EditOrder, flags: OutputFlags): Promise<EditDone> {
  const { engine, workspace } = studio;
  const { signal } = deps;
  const { recipe, baseDir } = order;
  const sink = progressSink(deps.stderr, flags.quiet ?? false);
  try {
    const { id } = await workspace.openImage(engine, order.image, { signal });
    const wish = {
      recipe,
      baseDir,
      embed: flags.embed,
      ...(flags.device === undefined ? {} : { device: flags.device }),
    };
    const record = await workspace.edit(engine, id, wish, { signal, onProgress: sink.onProgress });
    sink.end();
    return await writeFiles(studio, record.id, order, flags, signal);
  } finally {
    sink.end();
  }
}

/** Writes --out and --report of an edit; without --out the result stays where the session has it. */
export async function writeFiles(
  studio: Studio,
  editId: string,
  { out, report }: { out: string | undefined; report: string | undefined },
  flags: Pick<OutputFlags, "force" | "embed">,
  signal: AbortSignal,
): Promise<EditDone> {
  const record = studio.workspace.edited(editId);
  const written = out === undefined ? await inPlace(record) : await exported(studio, editId, out, flags, signal);
  if (report === undefined) return { record, written };
  return { record, written, report: await writeReport(report, { record, written }, studio.engine, signal) };
}

async function exported(
  { engine, workspace }: Studio,
  editId: string,
  out: string,
  { force, embed }: Pick<OutputFlags, "force" | "embed">,
  signal: AbortSignal,
): Promise<ExportOutcome> {
  await makeFolderOf(out);
  const request = await exportRequest({ workspace }, editId, out, force ?? false);
  return engine.exportImage({ ...request, embed }, { signal });
}

async function inPlace({ outcome: { files, receipt } }: EditRecord): Promise<ExportOutcome> {
  const { size } = await stat(files.image);
  return { path: files.image, format: extname(files.image).slice(1), bytes: size, receipt, warnings: [] };
}
