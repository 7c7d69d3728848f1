/** GET /healthz: whether the server answers. Says nothing else, since it asks for no token. */
import { Hono } from "hono";

export function healthRoute(): Hono {
  return new Hono().get("/", (c) => c.json({ status: "ok" }, 200, { "cache-control": "no-store" }));
}
