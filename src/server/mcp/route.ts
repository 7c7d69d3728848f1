/** MCP over Streamable HTTP at /mcp. */
import { isInitializeRequest } from "@modelcontextprotocol/sdk/types.js";
import { Hono } from "hono";
import { EditError } from "../../errors.ts";
import type { CallerEnv } from "../middleware/token.ts";
import type { McpSessions } from "./sessions.ts";

export function mcpRoute(sessions: McpSessions): Hono<CallerEnv> {
  const route = new Hono<CallerEnv>();
  route.on(["GET", "POST", "DELETE"], "/", async (c) => {
    const id = c.req.header("mcp-session-id");
    const caller = c.get("caller");
    if (id === undefined) return sessions.begin(caller, c.req.raw, await hello(c.req.raw));
    const session = sessions.find(id, caller);
    const response = await session.handle(c.req.raw);
    if (c.req.method === "DELETE") await sessions.sweep();
    return response;
  });
  return route;
}

/** The first message of a session. Throws `usage` for anything else: it needs a session that exists. */
async function hello(request: Request): Promise<unknown> {
  const message: unknown = request.method === "POST" ? await request.json().catch(() => undefined) : undefined;
  if (isInitializeRequest(message)) return message;
  throw new EditError("usage", "Expected an Mcp-Session-Id header, or initialize as the first message", {
    hint: "initialize answers with the session's id in its Mcp-Session-Id header",
  });
}
