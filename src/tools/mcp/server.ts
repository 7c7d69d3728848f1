/** Tools, resources and prompts of one session as an MCP server. Together with its neighbours the one place that knows
 * the protocol's SDK on the server's side. */
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { ToolContext } from "../context.ts";
import { promptText } from "../define.ts";
import { packageVersion } from "../version.ts";
import { addTools } from "./calls.ts";
import { addCompletions } from "./completions.ts";
import { addPrompts } from "./prompts.ts";
import { addResources } from "./resources.ts";
import { addSubscriptions } from "./subscriptions.ts";

const CAPABILITIES = {
  tools: {},
  resources: { subscribe: true, listChanged: true },
  prompts: {},
  completions: {},
  logging: {},
};

/**
 * Everything over one session, not yet connected to a transport. The SDK's plain server, not its McpServer: that one
 * answers arguments that do not fit in words of its own, before our tools could say what to change.
 */
export function createMcpServer(ctx: ToolContext): Server {
  const info = { name: "dragflow", title: "DragFlow", version: packageVersion() };
  const server = new Server(info, { capabilities: CAPABILITIES, instructions: promptText("_server") });
  addTools(server, ctx);
  addResources(server, ctx);
  addSubscriptions(server, ctx);
  addPrompts(server);
  addCompletions(server, ctx);
  return server;
}
