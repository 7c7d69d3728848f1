/** Before an edit is made: its forecast, what it looks like while it is dragged, what a drag may mean. */
import type { z } from "@hono/zod-openapi";
import { EditError } from "../../../errors.ts";
import { proposeIntents } from "../../../tools/propose-intents.ts";
import { editOf, recipeOf } from "../../../tools/recipes.ts";
import type { EditOrCandidate } from "../../../tools/schemas.ts";
import { type ApiContext, type ApiRouter, callOf, router } from "../env.ts";
import { forecastView } from "../forecast.ts";
import type { ApiNeeds } from "../needs.ts";
import { onceOnly } from "../once.ts";
import * as spec from "../spec/plan.ts";
import { wished } from "../wished.ts";

const CANDIDATE_EDGE = 320;

export function planRoutes(needs: ApiNeeds): ApiRouter {
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
    // Checked by the tool's own schema of what comes out.
    return c.json(structured as z.input<typeof spec.intentsView>, 200);
  });
  routes.openapi(spec.getCandidatePreview, (c) => {
    const { candidateId } = c.req.valid("param");
    const { maxEdge = CANDIDATE_EDGE } = c.req.valid("query");
    // Each is asked for by itself: none ends another.
    return live(c, { candidateId }, { maxEdge, whole: true, client: crypto.randomUUID() }, needs) as never;
  });
  return routes;
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
