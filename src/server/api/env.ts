/** What the API's handlers know of a request. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { EditError } from "../../errors.ts";
import type { ToolCall } from "../../tools/index.ts";
import { badRequest } from "./bad-request.ts";
import type { ApiSession } from "./session.ts";

export interface ApiEnv {
  Variables: {
    requestId: string;
    caller: string;
    session: ApiSession;
  };
}
export type ApiContext = Context<ApiEnv>;
export type ApiRouter = OpenAPIHono<ApiEnv>;

/** A router whose refusals of what does not fit the document say what to change. */
export function router(): ApiRouter {
  return new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success) throw badRequest(result.error, result.target);
    },
  });
}

/** What the engine and the tools are told of a request: it ends when its client goes. */
export function callOf(c: ApiContext): ToolCall {
  return { signal: c.req.raw.signal, onProgress: () => {} };
}

/** Throws `session-needed`. */
export function sessionNeeded(): EditError {
  return new EditError("session-needed", "Expected the cookie or the header Dragflow-Session of a session, got none", {
    hint: "POST /api/v1/sessions begins one",
  });
}
