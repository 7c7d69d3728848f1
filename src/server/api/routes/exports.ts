/** Files to take away. */
import { randomBytes } from "node:crypto";
import { extname, join } from "node:path";
import { EditError } from "../../../errors.ts";
import type { Workspace } from "../../../session/index.ts";
import { exportRequest } from "../../../tools/export-image.ts";
import { receiptView } from "../../../tools/views.ts";
import { type ApiRouter, callOf, router } from "../env.ts";
import { onceOnly } from "../once.ts";
import { sendFile } from "../send-file.ts";
import * as spec from "../spec/exports.ts";
import { stemOf } from "../stem.ts";
import { at } from "../views/urls.ts";

const EXTENSIONS = { png: "png", webp: "webp", tiff: "tif", avif: "avif", jpeg: "jpg" } as const;
type Format = keyof typeof EXTENSIONS;

export function exportRoutes(): ApiRouter {
  const routes = router();
  routes.use("/exports", onceOnly());
  routes.openapi(spec.exportPicture, async (c) => {
    const session = c.get("session");
    const { workspace, ctx } = session;
    const { id, format: wanted = "png", embed } = c.req.valid("json");
    const format = wanted === "original" ? formatOf(workspace, id) : wanted;
    const exportId = randomBytes(16).toString("hex");
    const out = join(await session.folder("exports"), `${exportId}.${EXTENSIONS[format]}`);
    const request = { ...(await exportRequest(ctx, id, out, true)), ...(embed === undefined ? {} : { embed }) };
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

/** Of the opened picture at the root of the tree; what no edit can be written as becomes PNG. */
function formatOf(workspace: Workspace, id: string): Format {
  const { format } = workspace.image(workspace.history.root(id)).info;
  return Object.hasOwn(EXTENSIONS, format) ? (format as Format) : "png"; // checked by hasOwn
}
