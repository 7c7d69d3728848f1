/** Idempotency-Key on POST. */
import type { MiddlewareHandler } from "hono";
import { EditError } from "../../errors.ts";
import type { ApiEnv } from "./env.ts";

const KEY = /^[\x21-\x7e]{1,200}$/;

/** `fingerprint` tells requests apart beside method and address; without it the body does. */
export function onceOnly(fingerprint?: (request: Request) => string): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const key = c.req.header("idempotency-key");
    if (c.req.method !== "POST" || key === undefined) return next();
    if (!KEY.test(key)) {
      throw new EditError("arguments-invalid", "Expected an Idempotency-Key of 1 to 200 visible ASCII characters");
    }
    const what = fingerprint === undefined ? await c.req.text() : fingerprint(c.req.raw);
    const request = `${c.req.path}?${new URL(c.req.url).search}\n${what}`;
    return c.get("session").idempotency.once(key, request, async () => {
      await next();
      return c.res;
    });
  };
}
