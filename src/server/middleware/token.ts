/** Who calls: with tokens configured, whoever holds one of them; without, everyone on this machine is the same caller. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { EditError } from "../../errors.ts";
import { problemResponse } from "../problem.ts";

export interface CallerEnv {
  Variables: {
    /** Stands for the token, without telling it. */
    caller: string;
  };
}

const LOCAL_CALLER = "local";

export function checkToken(tokens: readonly string[]): MiddlewareHandler<CallerEnv> {
  const known = tokens.map(digest);
  return async (c, next) => {
    const caller = known.length === 0 ? LOCAL_CALLER : holder(known, c.req.header("authorization"));
    if (caller === undefined) return refusal();
    c.set("caller", caller);
    await next();
    return undefined;
  };
}

/** All digests are compared, each in constant time: how long it takes says nothing about any token. */
function holder(known: readonly Buffer[], authorization: string | undefined): string | undefined {
  const given = digest(/^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1] ?? "");
  const matches = known.filter((one) => timingSafeEqual(one, given));
  return matches[0]?.toString("hex");
}

function digest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

function refusal(): Response {
  const error = new EditError("token-needed", "Expected a bearer token of this server", {
    hint: "Send Authorization: Bearer <token>; the server's operator set it with DRAGFLOW_TOKEN or --token",
  });
  return problemResponse(error, { "www-authenticate": 'Bearer realm="dragflow"' });
}
