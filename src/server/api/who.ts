/** Who asks, and for which session: a token or the browser's cookie; the cookie or the header Dragflow-Session. */
import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { type Callers, tokenRefusal } from "../middleware/token.ts";
import { problemResponse } from "../problem.ts";
import { whenSent } from "../when-sent.ts";
import { COOKIE, sealed, unsealed } from "./cookie.ts";
import { type ApiEnv, sessionNeeded } from "./env.ts";
import type { ApiSession } from "./session.ts";
import type { ApiSessions } from "./sessions.ts";

export const SESSION_HEADER = "dragflow-session";
const YEAR = 365 * 86_400;

/** Says who calls; a cookie stands for the token that its session was begun with. */
export function checkCaller(callers: Callers): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const caller = callers.of(c.req.header("authorization")) ?? cookieOf(c, callers)?.caller;
    if (caller === undefined) return tokenRefusal();
    c.set("caller", caller);
    await next();
    return undefined;
  };
}

/** Finds the session, and keeps it open while its answer is being sent. */
export function withSession(sessions: ApiSessions, callers: Callers, now: () => number): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const id = c.req.header(SESSION_HEADER) ?? cookieOf(c, callers)?.sessionId;
    if (id === undefined) return problemResponse(sessionNeeded());
    const session = await sessions.find(id, c.get("caller"));
    c.set("session", session);
    session.open++;
    const over = () => {
      session.open--;
      session.lastUsed = now();
    };
    try {
      await next();
    } catch (error) {
      over();
      throw error;
    }
    c.res = whenSent(c.res, over);
    return undefined;
  };
}

/** From now on the browser means this session. */
export function remember(c: Context<ApiEnv>, session: ApiSession): void {
  const secure = new URL(c.req.url).protocol === "https:" || c.req.header("x-forwarded-proto") === "https";
  const value = sealed({ sessionId: session.id, caller: session.caller });
  setCookie(c, COOKIE, value, { httpOnly: true, sameSite: "Strict", path: "/", maxAge: YEAR, secure });
}

function cookieOf(c: Context<ApiEnv>, callers: Callers) {
  const value = getCookie(c, COOKIE);
  return value === undefined ? undefined : unsealed(value, callers.all);
}
