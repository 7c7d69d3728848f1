/** Errors over HTTP: RFC 9457 problem documents with the codes of the one table. */
import type { ErrorHandler, NotFoundHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { EditError, type ErrorRecord, errorRecord, httpStatusOf, knownError } from "../errors.ts";
import type { ToolContext } from "../tools/index.ts";
import { presentable } from "../tools/presentable.ts";

export interface Problem {
  /** `urn:dragflow:problem:<code>`. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorRecord["code"];
  readonly hint?: string;
}

/** What is nothing known is told as nothing but that it happened. */
export function problemOf(error: unknown): Problem {
  const { code, message, hint } = knownError(error) ? errorRecord(error) : UNEXPECTED;
  const title = code.replaceAll("-", " ");
  const status = httpStatusOf(error);
  const type = `urn:dragflow:problem:${code}`;
  return { type, title, status, detail: message, code, ...(hint === undefined ? {} : { hint }) };
}

export function problemResponse(error: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  const problem = problemOf(error);
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { "content-type": "application/problem+json", ...headers },
  });
}

/** For hono's onError: the stack goes to the log only. */
export function problemHandler(log: (line: string) => void): ErrorHandler {
  return (error, c) => {
    const thrown = error instanceof HTTPException ? refused(error) : error;
    const known = knownError(thrown) ?? thrown;
    if (!(known instanceof EditError)) log(known.stack ?? known.message);
    // Set by the API's routes alone.
    const session = c.get("session") as { ctx: ToolContext } | undefined;
    return problemResponse(session === undefined ? known : presented(known, session.ctx));
  };
}

/** What the framework itself refuses: a body that is no JSON, mostly. */
function refused({ message, status, cause }: HTTPException): Error {
  if (status >= 500) return new Error(message, { cause });
  return new EditError("arguments-invalid", `Expected a request that can be read: ${message}`, {
    hint: "JSON bodies are sent with Content-Type: application/json",
  });
}

/** Without the paths of this machine. */
function presented(error: Error, ctx: ToolContext): Error {
  if (!(error instanceof EditError)) return error;
  const { code, message, hint } = error;
  return new EditError(code, presentable(message, ctx), hint === undefined ? {} : { hint: presentable(hint, ctx) });
}

export const noRoute: NotFoundHandler = (c) =>
  problemResponse(new EditError("not-found", `Expected a known address, got ${c.req.method} ${c.req.path}`));

const UNEXPECTED: ErrorRecord = { code: "unexpected", message: "The server failed; its log says more" };
