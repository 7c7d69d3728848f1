/** --report DIR: the files that explain an edit, and one page that shows them. */
import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Engine } from "../engine/api.ts";
import { writeWhole } from "../engine/write-whole.ts";
import { reportHtml } from "../report/edit-report.ts";
import { lossColumn } from "../report/loss-chart.ts";
import { REPORT_PICTURES } from "../report/names.ts";
import { reportPictures } from "../report/pictures.ts";
import { makeOutFolder } from "./out-file.ts";
import { allWarnings, type EditDone } from "./print.ts";

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
  if (files.film !== undefined) await copyFile(files.film, join(dir, "film.png"));
  await writeWhole(join(dir, "recipe.json"), `${JSON.stringify(outcome.recipe, null, 2)}\n`);
  await copyFile(files.loss, join(dir, "loss.csv"));
  const page = join(dir, "report.html");
  const pictures = await reportPictures(engine, files, { signal });
  const losses = lossColumn(await readFile(files.loss, "utf8"));
  const warnings = allWarnings(record, written);
  await writeWhole(
    page,
    reportHtml({ outcome, written, warnings, pictures, losses, recipeAt: "recipe.json beside this page" }),
  );
  return page;
}
