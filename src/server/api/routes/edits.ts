/** Edits: forecast, seen while dragged, made, fetched. */
import { readFile } from "node:fs/promises";
import { EditError } from "../../../errors.ts";
import { knownModel } from "../../../tools/models.ts";
import { proposeIntents } from "../../../tools/propose-intents.ts";
import { editOf, picturesOf, recipeOf } from "../../../tools/recipes.ts";
import type { EditOrCandidate } from "../../../tools/schemas.ts";
import { startEditJob } from "../edit-job.ts";
import { type ApiContext, type ApiRouter, callOf, router } from "../env.ts";
import { forecastView } from "../forecast.ts";
import { framePaths } from "../frames.ts";
import type { ApiNeeds } from "../needs.ts";
import { onceOnly } from "../once.ts";
import { sendFile } from "../send-file.ts";
import type { ApiSession } from "../session.ts";
import * as spec from "../spec/edits.ts";
import { editFile, editView } from "../views/edit.ts";
import { jobView } from "../views/job.ts";
import { at } from "../views/urls.ts";

type Choices = {
  quality?: "preview" | "fast" | "full" | undefined;
  model?: string | undefined;
  seed?: number | undefined;
};

export function editRoutes(needs: ApiNeeds): ApiRouter {
  const routes = router();
  routes.openapi(spec.planEdit, async (c) => {
    const { ctx } = c.get("session");
    const { imageId, recipe } = await wished(c.get("session"), c.req.valid("json"));
    const { path } = ctx.workspace.picture(imageId);
    const device = ctx.device === undefined ? {} : { device: ctx.device };
    const request = { image: path, recipe, baseDir: ctx.workspace.dir, ...device };
    return c.json(forecastView(await ctx.engine.plan(request, callOf(c))), 200);
  });
  routes.openapi(spec.livePreview, (c) => {
    const { maxEdge, whole, ...wish } = c.req.valid("json");
    return live(c, wish, { maxEdge, whole, client: c.req.valid("query").client ?? "" }, needs) as never;
  });
  routes.use("/intents", onceOnly());
  routes.openapi(spec.proposeIntents, async (c) => {
    const { structured } = await proposeIntents.run(c.req.valid("json"), c.get("session").ctx, callOf(c));
    return c.json(structured, 200);
  });
  routes.use("/edits", onceOnly());
  routes.openapi(spec.startEdit, async (c) => {
    const session = c.get("session");
    const { edit, imageId, recipe } = await wished(session, c.req.valid("json"));
    const job = startEditJob(session, needs, { imageId, recipe, uses: picturesOf(edit, session.ctx) });
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
    return c.json({ losses: lossesOf(await readFile(outcome.files.loss, "utf8")) }, 200);
  });
  return routes;
}

/** Throws `arguments-invalid`, `not-found`, `recipe-invalid`, … before anything is queued. */
async function wished({ ctx }: ApiSession, { quality = "full", model, seed, ...wish }: EditOrCandidate & Choices) {
  const edit = editOf(wish, ctx);
  ctx.workspace.picture(edit.imageId);
  const named = model === undefined ? undefined : await knownModel(model, ctx);
  return { edit, imageId: edit.imageId, recipe: await recipeOf(edit, { quality, model: named, seed }, ctx) };
}

interface LiveChoices {
  readonly maxEdge: number | undefined;
  readonly whole: boolean | undefined;
  readonly client: string;
}

async function live(
  c: ApiContext,
  wish: EditOrCandidate,
  choices: LiveChoices,
  { metrics }: ApiNeeds,
): Promise<Response> {
  const { ctx, lanes } = c.get("session");
  const { maxEdge, whole, client } = choices;
  const began = performance.now();
  const took = () => (performance.now() - began) / 1000;
  try {
    const edit = editOf(wish, ctx);
    const recipe = await recipeOf(edit, { quality: "preview" }, ctx);
    const request = { image: ctx.workspace.picture(edit.imageId).path, recipe, baseDir: ctx.workspace.dir };
    const size = { ...(maxEdge === undefined ? {} : { maxEdge }), ...(whole === undefined ? {} : { whole }) };
    const { data, mimeType, box } = await lanes.newest(client, c.req.raw.signal, (signal) =>
      ctx.engine.live({ ...request, ...size }, { signal }),
    );
    metrics.live("done", took());
    return new Response(new Uint8Array(data), {
      headers: { "content-type": mimeType, "cache-control": "no-store", "x-preview-box": box.join(",") },
    });
  } catch (error) {
    metrics.live(error instanceof EditError && error.code === "cancelled" ? "cancelled" : "failed", took());
    throw error;
  }
}

function typeOf(file: string): { mimeType?: string } {
  if (file === "recipe") return { mimeType: "application/json" };
  return file === "loss" ? { mimeType: "text/csv; charset=utf-8" } : {};
}

/** Lines of "iteration,loss" under a heading. */
function lossesOf(csv: string): number[] {
  const lines = csv.trim().split("\n").slice(1);
  return lines.map((line) => Number(line.split(",")[1])).filter((loss) => Number.isFinite(loss));
}
