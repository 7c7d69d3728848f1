/** Recipes out, recipes in, and files to take away. */
import { randomBytes } from "node:crypto";
import { extname, join } from "node:path";
import { parseRecipe } from "../../../engine/recipe/parse.ts";
import type { Recipe, RegionSpec } from "../../../engine/recipe/schema.ts";
import { EditError } from "../../../errors.ts";
import type { Workspace } from "../../../session/index.ts";
import { exportRequest } from "../../../tools/export-image.ts";
import { knownModel } from "../../../tools/models.ts";
import { receiptView } from "../../../tools/views.ts";
import { startEditJob } from "../edit-job.ts";
import { type ApiRouter, callOf, router } from "../env.ts";
import type { ApiNeeds } from "../needs.ts";
import { onceOnly } from "../once.ts";
import { sendFile } from "../send-file.ts";
import * as spec from "../spec/edits.ts";
import { jobView } from "../views/job.ts";
import { at } from "../views/urls.ts";

const EXTENSIONS = { png: "png", webp: "webp", tiff: "tif", avif: "avif", jpeg: "jpg" } as const;
type Format = keyof typeof EXTENSIONS;

export function recipeRoutes(needs: ApiNeeds): ApiRouter {
  const routes = router();
  routes.openapi(spec.getRecipe, (c) => {
    return c.json(c.get("session").workspace.edited(c.req.valid("param").editId).outcome.recipe, 200);
  });
  routes.use("/recipes/replay", onceOnly());
  routes.openapi(spec.replayRecipe, async (c) => {
    const session = c.get("session");
    const { imageId, recipe: sent } = c.req.valid("json");
    const { id } = session.workspace.picture(imageId);
    const recipe = portable(parseRecipe(sent));
    const model = await knownModel(recipe.model, session.ctx);
    const job = startEditJob(session, needs, { imageId: id, recipe: { ...recipe, model }, uses: [id] });
    return c.json(jobView(job, session.ctx), 202, { location: at`/jobs/${job.jobId}` });
  });
  routes.use("/exports", onceOnly());
  routes.openapi(spec.exportPicture, async (c) => {
    const session = c.get("session");
    const { workspace, ctx } = session;
    const { id, format: wanted = "png", embed } = c.req.valid("json");
    const format = wanted === "original" ? formatOf(workspace, id) : wanted;
    const exportId = randomBytes(16).toString("hex");
    const out = join(await session.folder("exports"), `${exportId}.${EXTENSIONS[format]}`);
    const request = { ...exportRequest(ctx, id, out, true), ...(embed === undefined ? {} : { embed }) };
    const { receipt, bytes, warnings, ...written } = await ctx.engine.exportImage(request, callOf(c));
    const name = `${stemOf(workspace, id)}${extname(written.path)}`;
    session.exports.set(exportId, { path: written.path, name });
    const url = at`/exports/${exportId}/file`;
    return c.json({ exportId, url, name, format: written.format, bytes, receipt: receiptView(receipt), warnings }, 201);
  });
  routes.openapi(spec.getExportFile, (c) => {
    const exported = c.get("session").exports.get(c.req.valid("param").exportId);
    if (exported === undefined) {
      throw new EditError("not-found", "Expected an export of this session that is still there", {
        hint: "Export again",
      });
    }
    return sendFile(c.req.raw, { path: exported.path, attachment: exported.name, cache: "private, no-cache" }) as never;
  });
  return routes;
}

/** A path in a recipe that came from elsewhere would name a file of this machine. */
function portable(recipe: Recipe): Recipe {
  const regions = [...recipe.operations.map(({ region }) => region), recipe.editable];
  const isPath = (region: RegionSpec | string) =>
    typeof region === "object" && "mask" in region && !region.mask.startsWith("data:");
  if (!regions.some(isPath)) return recipe;
  throw new EditError("recipe-invalid", "Expected masks as PNG data URIs, got a path", {
    hint: "The recipe of an edit (GET /edits/{editId}/recipe) holds data URIs",
  });
}

/** Of the opened picture at the root of the tree; what no edit can be written as becomes PNG. */
function formatOf(workspace: Workspace, id: string): Format {
  let node = workspace.history.node(id);
  while (node.parent !== null) node = workspace.history.node(node.parent);
  const { format } = workspace.image(node.id).info;
  return Object.hasOwn(EXTENSIONS, format) ? (format as Format) : "png"; // checked by hasOwn
}

function stemOf(workspace: Workspace, id: string): string {
  let node = workspace.history.node(id);
  const edited = node.parent === null ? "" : `-${id.slice(-6)}`;
  while (node.parent !== null) node = workspace.history.node(node.parent);
  const name = node.type === "image" ? node.fileName : "picture";
  return `${name.replace(/\.[^.]{1,5}$/, "") || "picture"}${edited}`;
}
