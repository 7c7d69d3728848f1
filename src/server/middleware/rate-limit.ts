/** Where others can reach the server, each caller may ask so often: a bucket that fills evenly. */
import type { MiddlewareHandler } from "hono";
import { EditError } from "../../errors.ts";
import { problemResponse } from "../problem.ts";

const MOST_CALLERS = 10_000;

export interface RateRule {
  readonly perMinute: number;
  readonly now: () => number;
  /** Whose bucket it is. */
  readonly key: (request: Request, env: unknown) => string;
}

export function rateLimit({ perMinute, now, key }: RateRule): MiddlewareHandler {
  const buckets = new Map<string, { left: number; at: number }>();
  return async (c, next) => {
    const who = key(c.req.raw, c.env);
    const { left, at } = buckets.get(who) ?? { left: perMinute, at: now() };
    const filled = Math.min(perMinute, left + ((now() - at) / 60_000) * perMinute);
    if (filled < 1) return refusal(perMinute);
    buckets.delete(who);
    buckets.set(who, { left: filled - 1, at: now() });
    for (const oldest of buckets.keys()) {
      if (buckets.size <= MOST_CALLERS) break;
      buckets.delete(oldest);
    }
    await next();
    return undefined;
  };
}

function refusal(perMinute: number): Response {
  const error = new EditError("too-many", `Expected at most ${perMinute} requests a minute, got more`);
  return problemResponse(error, { "retry-after": String(Math.ceil(60 / perMinute)) });
}
