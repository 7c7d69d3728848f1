/** Refuses requests that a page of another origin, or under another name, made a browser send. */
import type { MiddlewareHandler } from "hono";
import { EditError } from "../../errors.ts";
import { problemResponse } from "../problem.ts";
import { answersTo, type HostRule } from "./hosts.ts";

export function checkHost(rule: HostRule): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header("host");
    if (host === undefined || !answersTo(rule, host)) return refusal("Host header", host);
    const origin = c.req.header("origin");
    if (origin !== undefined && !isOurs(rule, origin)) return refusal("Origin header", origin);
    await next();
    return undefined;
  };
}

function isOurs(rule: HostRule, origin: string): boolean {
  const authority = /^https?:\/\/([^/]+)$/.exec(origin)?.[1];
  return authority !== undefined && answersTo(rule, authority);
}

function refusal(what: string, got: string | undefined): Response {
  const error = new EditError("host-refused", `Expected the ${what} to name this server, got ${got ?? "none"}`, {
    hint: "--allow-host names further hosts",
  });
  return problemResponse(error);
}
