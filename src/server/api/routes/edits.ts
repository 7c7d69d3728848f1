/** Edits: made, fetched. */
import { readFile } from "node:fs/promises";
import { EditError } from "../../../errors.ts";
import { lossColumn } from "../../../report/loss-chart.ts";
import { picturesOf } from "../../../tools/recipes.ts";
import { startEditJob } from "../edit-job.ts";
import { type ApiRouter, callOf, router } from "../env.ts";
import { framePaths } from "../frames.ts";
import { onceOnly } from "../once.ts";
import { editReport } from "../report.ts";
import { sendFile } from "../send-file.ts";
import * as spec from "../spec/edits.ts";
import { editFile, editView } from "../views/edit.ts";
import { jobView } from "../views/job.ts";
import { at } from "../views/urls.ts";
import { wished } from "../wished.ts";

export function editRoutes(): ApiRouter {
  const routes = router();
  routes.use("/edits", onceOnly());
  routes.openapi(spec.startEdit, async (c) => {
    const session = c.get("session");
    const { edit, imageId, recipe } = await wished(session, c.req.valid("json"));
    const job = await startEditJob(session, { imageId, recipe, uses: picturesOf(edit, session.ctx) });
    return c.json(jobView(job, session.ctx), 202, { location: at`/jobs/${job.jobId}` });
  });
  routes.openapi(spec.listEdits, async (c) => {
    const { workspace, ctx } = c.get("session");
    return c.json({ edits: await Promise.all(workspace.edits().map((edit) => editView(edit, ctx))) }, 200);
  });
  routes.openapi(spec.getEdit, async (c) => {
    const { workspace, ctx } = c.get("session");
    return c.json(await editView(workspace.edited(c.req.valid("param").editId), ctx), 200);
  });
  routes.openapi(spec.getEditFile, (c) => {
    const { editId, file } = c.req.valid("param");
    const path = editFile(c.get("session").workspace.edited(editId), file);
    if (path === undefined) throw new EditError("not-found", `Expected a file of this edit, it has no ${file}`);
    return sendFile(c.req.raw, { path, ...typeOf(file) }) as never;
  });
  routes.openapi(spec.getEditFrame, async (c) => {
    const { editId, frame } = c.req.valid("param");
    const paths = await framePaths(c.get("session").workspace, editId);
    const path = paths[frame];
    if (path === undefined) throw new EditError("not-found", `Expected one of ${paths.length} frames, got ${frame}`);
    return (await sendFile(c.req.raw, { path })) as never;
  });
  routes.openapi(spec.getEditLoss, async (c) => {
    const { outcome } = c.get("session").workspace.edited(c.req.valid("param").editId);
    return c.json({ losses: lossColumn(await readFile(outcome.files.loss, "utf8")) }, 200);
  });
  routes.openapi(spec.getEditReport, async (c) => {
    const { workspace, ctx } = c.get("session");
    return (await editReport(workspace.edited(c.req.valid("param").editId), ctx, callOf(c))) as never;
  });
  return routes;
}

function typeOf(file: string): { mimeType?: string } {
  if (file === "recipe") return { mimeType: "application/json" };
  return file === "loss" ? { mimeType: "text/csv; charset=utf-8" } : {};
}
