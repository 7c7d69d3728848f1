/** --report DIR: the files that explain an edit, and one page that shows them. */
import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import type { EditOutcome, Engine, Preview } from "../engine/api.ts";
import { lossColumn } from "./loss-chart.ts";
import { makeOutFolder } from "./out-file.ts";
import { allWarnings, type EditDone } from "./print.ts";
import { reportHtml } from "./report.ts";
import { REPORT_PICTURES, type ReportPicture } from "./report-names.ts";

/** Large enough for a full-width picture, small enough for a page one can mail. */
const PICTURE = { maxEdge: 1400, maxBytes: 600_000 };

/** Writes the folder and resolves to the path of its report.html. */
export async function writeReport(
  dir: string,
  { record, written }: Omit<EditDone, "report">,
  engine: Engine,
  signal: AbortSignal,
): Promise<string> {
  const { outcome } = record;
  const { files } = outcome;
  await makeOutFolder(dir);
  for (const name of REPORT_PICTURES) await copyFile(files[name], join(dir, `${name}.png`));
  await writeFileAtomic(join(dir, "recipe.json"), `${JSON.stringify(outcome.recipe, null, 2)}\n`);
  await copyFile(files.loss, join(dir, "loss.csv"));
  const page = join(dir, "report.html");
  const pictures = await previews(engine, files, signal);
  const losses = lossColumn(await readFile(files.loss, "utf8"));
  const warnings = allWarnings(record, written);
  await writeFileAtomic(page, reportHtml({ outcome, written, warnings, pictures, losses }));
  return page;
}

async function previews(engine: Engine, files: EditOutcome["files"], signal: AbortSignal) {
  const look = (name: ReportPicture): Promise<Preview> => engine.look({ image: files[name], ...PICTURE }, { signal });
  const [before, after, diff, regions, editable] = await Promise.all([
    look("before"),
    look("after"),
    look("diff"),
    look("regions"),
    look("editable"),
  ]);
  return { before, after, diff, regions, editable };
}
