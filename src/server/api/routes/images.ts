/** Pictures in and out. */
import { createHash } from "node:crypto";
import type { LookRequest } from "../../../engine/api.ts";
import { openImage, tameName } from "../../../tools/open-image.ts";
import { type ApiContext, type ApiRouter, callOf, router } from "../env.ts";
import type { ApiNeeds } from "../needs.ts";
import { onceOnly } from "../once.ts";
import { matches, sendFile } from "../send-file.ts";
import * as spec from "../spec/images.ts";
import { withUpload } from "../upload.ts";
import { imageView } from "../views/image.ts";
import { at } from "../views/urls.ts";

const PREVIEW_BYTES = 4_000_000;

export function imageRoutes({ limits }: ApiNeeds): ApiRouter {
  const routes = router();
  // A picture's bytes are not held to be compared: its size and name tell two requests apart.
  routes.use(
    "/images",
    onceOnly(({ headers }) => `${headers.get("content-length")} ${headers.get("content-type")}`),
  );
  routes.openapi(spec.uploadImage, async (c) => {
    const { workspace, ctx } = c.get("session");
    const dir = await c.get("session").folder("uploads");
    const name = tameName(c.req.valid("query").name ?? "picture");
    const record = await withUpload(c.req.raw, { dir, name, limit: limits.uploadBytes }, (path) =>
      workspace.openImage(ctx.engine, path, { signal: c.req.raw.signal }),
    );
    return c.json(imageView(record), 201);
  });
  routes.use("/images/import", onceOnly());
  routes.openapi(spec.importImage, async (c) => {
    const { workspace, ctx } = c.get("session");
    const { structured } = await openImage.run(c.req.valid("json"), ctx, callOf(c));
    return c.json(imageView(workspace.image(String(structured.imageId))), 201);
  });
  routes.openapi(spec.listImages, (c) => {
    return c.json({ images: c.get("session").workspace.images().map(imageView) }, 200);
  });
  routes.openapi(spec.getImage, (c) => {
    return c.json(imageView(c.get("session").workspace.image(c.req.valid("param").imageId)), 200);
  });
  routes.openapi(spec.getImageFile, (c) => {
    const { path, info } = c.get("session").workspace.image(c.req.valid("param").imageId);
    return sendFile(c.req.raw, { path, mimeType: `image/${info.format}` }) as never;
  });
  routes.openapi(spec.getPictureFile, (c) => {
    const { workspace } = c.get("session");
    const { id, path } = workspace.picture(c.req.valid("param").pictureId);
    // A picture may have been sent without a name that tells its kind; what an edit writes has one.
    const kind = workspace.findEdit(id) ? {} : { mimeType: `image/${workspace.image(id).info.format}` };
    return sendFile(c.req.raw, { path, ...kind }) as never;
  });
  routes.openapi(
    spec.getPicturePreview,
    (c) => preview(c, c.req.valid("param").pictureId, c.req.valid("query")) as never,
  );
  routes.openapi(spec.getGuesses, async (c) => {
    const { workspace, ctx } = c.get("session");
    const { path } = workspace.picture(c.req.valid("param").pictureId);
    const guesses = await ctx.engine.guesses(path, callOf(c));
    return c.json({ guesses: guesses.map((one) => ({ ...one, box: [...one.box], centroid: [...one.centroid] })) }, 200);
  });
  routes.openapi(spec.comparePictures, async (c) => {
    const { a, b } = c.req.valid("query");
    const { heat: _, changedBox, ...found } = await compared(c, a, b);
    const box = changedBox === undefined ? {} : { changedBox: [...changedBox] };
    return c.json({ a, b, ...found, ...box, heatUrl: `${at`/compare/heat`}?${new URLSearchParams({ a, b })}` }, 200);
  });
  routes.openapi(spec.compareHeat, async (c) => {
    const { a, b } = c.req.valid("query");
    return shown((await compared(c, a, b)).heat) as never;
  });
  return routes;
}

interface PreviewWish {
  readonly width?: number | undefined;
  readonly crop?: string | undefined;
  readonly grid?: string | undefined;
}

/** Pictures never change under their id: what was asked for once need not be made again. */
async function preview(c: ApiContext, id: string, wish: PreviewWish): Promise<Response> {
  const { workspace, ctx } = c.get("session");
  const picture = workspace.picture(id);
  const etag = `"${createHash("sha256")
    .update(`${id} ${JSON.stringify(wish)}`)
    .digest("base64url")
    .slice(0, 24)}"`;
  const headers = { etag, "cache-control": "private, max-age=31536000, immutable" };
  if (matches(c.req.header("if-none-match") ?? null, etag)) return new Response(null, { status: 304, headers });
  const [x0, y0, x1, y1] = wish.crop?.split(",").map(Number) ?? [];
  const crop =
    x0 === undefined || y0 === undefined || x1 === undefined || y1 === undefined
      ? undefined
      : ([x0, y0, x1, y1] as const);
  const size = crop === undefined ? picture : { width: crop[2] - crop[0], height: crop[3] - crop[1] };
  const { width = 1024 } = wish;
  const request: LookRequest = {
    image: picture.path,
    maxBytes: PREVIEW_BYTES,
    maxEdge: Math.max(1, Math.round(width * Math.max(1, size.height / Math.max(1, size.width)))),
    overlay: wish.grid === "true" ? "grid" : "none",
    ...(crop && { crop }),
  };
  return shown(await ctx.engine.look(request, callOf(c)), headers);
}

function shown(
  { data, mimeType }: { data: Uint8Array; mimeType: string },
  headers: Record<string, string> = {},
): Response {
  return new Response(new Uint8Array(data), { headers: { "content-type": mimeType, ...headers } });
}

function compared(c: ApiContext, a: string, b: string) {
  const { workspace, ctx } = c.get("session");
  return ctx.engine.compare({ a: workspace.picture(a).path, b: workspace.picture(b).path }, callOf(c));
}
