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

/** Who may call, by the tokens that the server was given. */
export class Callers {
  readonly #digests: readonly Buffer[];

  constructor(tokens: readonly string[]) {
    this.#digests = tokens.map(digest);
  }

  /** Every caller there is. */
  get all(): readonly string[] {
    return this.#digests.length === 0 ? [LOCAL_CALLER] : this.#digests.map((one) => one.toString("hex"));
  }

  /** undefined where a token is needed and none of ours was sent. */
  of(authorization: string | undefined): string | undefined {
    return this.#digests.length === 0 ? LOCAL_CALLER : holder(this.#digests, authorization);
  }
}

export function checkToken(callers: Callers): MiddlewareHandler<CallerEnv> {
  return async (c, next) => {
    const caller = callers.of(c.req.header("authorization"));
    if (caller === undefined) return tokenRefusal();
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

export function tokenRefusal(): Response {
  const error = new EditError("token-needed", "Expected a bearer token of this server", {
    hint: "Send Authorization: Bearer <token>; the server's operator set it with DRAGFLOW_TOKEN or --token",
  });
  return problemResponse(error, { "www-authenticate": 'Bearer realm="dragflow"' });
}
