/** An edit's report as a file to take away. */
import { readFile } from "node:fs/promises";
import type { CallOptions } from "../../engine/api.ts";
import { reportHtml } from "../../report/edit-report.ts";
import { lossColumn } from "../../report/loss-chart.ts";
import { reportPictures } from "../../report/pictures.ts";
import type { EditRecord } from "../../session/index.ts";
import type { ToolContext } from "../../tools/index.ts";
import { presentableAnswer } from "../../tools/presentable.ts";
import { attachment } from "./send-file.ts";
import { stemOf } from "./stem.ts";

export async function editReport({ id, outcome }: EditRecord, ctx: ToolContext, call: CallOptions): Promise<Response> {
  const { files, receipt } = outcome;
  const [pictures, loss] = await Promise.all([reportPictures(ctx.engine, files, call), readFile(files.loss, "utf8")]);
  const page = reportHtml({
    outcome,
    written: { receipt, path: files.image, format: files.image.slice(files.image.lastIndexOf(".") + 1) },
    // No path of this machine in their words; the shape stays.
    warnings: presentableAnswer(outcome.warnings, ctx, "") as typeof outcome.warnings,
    pictures,
    losses: lossColumn(loss),
    recipeAt: "the download \u201crecipe\u201d",
  });
  const headers = {
    "content-type": "text/html; charset=utf-8",
    "content-disposition": attachment(`${stemOf(ctx.workspace, id)}-report.html`),
    "cache-control": "private, no-cache",
  };
  return new Response(page, { headers });
}
