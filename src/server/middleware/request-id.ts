/** Every answer has an id that the log knows too; a caller's own id is kept where it is harmless. */
import { randomUUID } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { Metrics } from "../metrics.ts";
import type { RequestRecord } from "../options.ts";

const HARMLESS = /^[\w.-]{8,64}$/;

export function requestIds(metrics: Metrics, onRequest: (record: RequestRecord) => void): MiddlewareHandler {
  return async (c, next) => {
    const sent = c.req.header("x-request-id");
    const requestId = sent !== undefined && HARMLESS.test(sent) ? sent : randomUUID();
    c.set("requestId", requestId);
    const began = performance.now();
    await next();
    c.res.headers.set("x-request-id", requestId);
    const ms = performance.now() - began;
    // After the answer this is the handler that made it.
    const route = routePath(c);
    const { status } = c.res;
    metrics.request(c.req.method, route, status, ms / 1000);
    onRequest({ requestId, method: c.req.method, route, status, ms: Math.round(ms) });
  };
}
