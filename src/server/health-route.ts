/** GET /healthz: whether the server answers; GET /readyz: whether it takes work. Neither asks for a token, so neither says
 * anything else. */
import { Hono } from "hono";

const FRESH = { "cache-control": "no-store" };

export function healthRoutes(ready: () => boolean): Hono {
  return new Hono()
    .get("/healthz", (c) => c.json({ status: "ok" }, 200, FRESH))
    .get("/readyz", (c) =>
      ready() ? c.json({ status: "ok" }, 200, FRESH) : c.json({ status: "stopping" }, 503, FRESH),
    );
}
