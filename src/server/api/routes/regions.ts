/** Regions: selected, adjusted, listed, seen. */

import { hintEcho, hintOf } from "../../../tools/select-hint.ts";
import { adjusted } from "../../../tools/select-region.ts";
import { type ApiRouter, callOf, router } from "../env.ts";
import { onceOnly } from "../once.ts";
import { sendFile } from "../send-file.ts";
import * as spec from "../spec/regions.ts";
import { regionView } from "../views/region.ts";

export function regionRoutes(): ApiRouter {
  const routes = router();
  routes.use("/regions", onceOnly());
  routes.use("/regions/:regionId/adjust", onceOnly());
  routes.openapi(spec.selectRegion, async (c) => {
    const session = c.get("session");
    const { workspace, ctx } = session;
    const args = c.req.valid("json");
    const picture = workspace.picture(args.imageId);
    const hint = await hintOf(args, picture, ctx);
    const adjust = (maskPath: string) => adjusted(args, maskPath, ctx);
    const region = await workspace.select(ctx.engine, picture.id, { hint, label: args.label, adjust }, callOf(c));
    session.selected(region);
    return c.json({ ...regionView(region), hint: hintEcho(hint) }, 201);
  });
  routes.openapi(spec.adjustRegion, async (c) => {
    const session = c.get("session");
    const { workspace, ctx } = session;
    const from = workspace.region(c.req.valid("param").regionId);
    const { label = from.label, ...change } = c.req.valid("json");
    const hint = { type: "region", region: { mask: from.maskPath }, refine: false } as const;
    const adjust = (maskPath: string) => adjusted({ imageId: from.imageId, ...change }, maskPath, ctx);
    const region = await workspace.select(ctx.engine, from.imageId, { hint, label, adjust }, callOf(c));
    session.selected(region);
    return c.json(regionView(region), 201);
  });
  routes.openapi(spec.listRegions, (c) => {
    const { workspace } = c.get("session");
    const { id } = workspace.picture(c.req.valid("query").imageId);
    return c.json({ regions: workspace.regionsOf(id).map(regionView) }, 200);
  });
  routes.openapi(spec.getRegion, (c) => {
    return c.json(regionView(c.get("session").workspace.region(c.req.valid("param").regionId)), 200);
  });
  routes.openapi(spec.getRegionMask, (c) => {
    const { maskPath } = c.get("session").workspace.region(c.req.valid("param").regionId);
    return sendFile(c.req.raw, { path: maskPath }) as never;
  });
  return routes;
}
