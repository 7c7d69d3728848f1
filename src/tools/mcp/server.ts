/** Tools as an MCP server: the one place that knows the protocol's SDK on the server's side. */
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import type { CallToolResult, ServerNotification, ServerRequest } from "@modelcontextprotocol/sdk/types.js";
import type { ToolProgress } from "../context.ts";
import { promptText, type Tool, type ToolCall, type ToolContext, type ToolResult } from "../define.ts";
import { TOOLS } from "../list.ts";
import { packageVersion } from "../version.ts";
import { progressText } from "../views.ts";

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** Base64 characters of an image block; larger ones are left out with a word about it. */
const MAX_IMAGE_CHARACTERS = 700_000;

/** All tools over one session, not yet connected to a transport. */
export function createMcpServer(ctx: ToolContext): McpServer {
  const server = new McpServer(
    { name: "dragflow", version: packageVersion() },
    { instructions: promptText("_server") },
  );
  for (const tool of TOOLS) register(server, tool, ctx);
  return server;
}

function register(server: McpServer, tool: Tool, ctx: ToolContext): void {
  const { readOnly, destructive, idempotent, openWorld } = tool.annotations;
  const config = {
    title: tool.title,
    description: tool.description,
    inputSchema: tool.input,
    outputSchema: tool.output,
    annotations: {
      title: tool.title,
      readOnlyHint: readOnly,
      destructiveHint: destructive,
      idempotentHint: idempotent,
      openWorldHint: openWorld,
    },
  };
  server.registerTool(tool.name, config, async (input: unknown, extra: Extra) => {
    const answered = await tool.call(input, ctx, callOf(extra));
    if (answered.ok) return answer(answered.result);
    return { isError: true, content: [{ type: "text", text: answered.text }] };
  });
}

function callOf(extra: Extra): ToolCall {
  const token = extra._meta?.progressToken;
  const onProgress = (progress: ToolProgress) => {
    if (token === undefined) return;
    const params = {
      progressToken: token,
      progress: progress.done,
      total: progress.total,
      message: progressText(progress),
    };
    // A client that has gone is told nothing more; that is no failure of the job.
    extra.sendNotification({ method: "notifications/progress", params }).catch(() => {});
  };
  return { signal: extra.signal, onProgress };
}

function answer({ structured, text, preview, link }: ToolResult<Record<string, unknown>>): CallToolResult {
  const content: CallToolResult["content"] = [{ type: "text", text }];
  if (preview) {
    const data = Buffer.from(preview.data).toString("base64");
    const fits = data.length <= MAX_IMAGE_CHARACTERS;
    if (fits) content.push({ type: "image", data, mimeType: preview.mimeType });
    else content.push({ type: "text", text: `The preview is too large to send (${data.length} characters).` });
  }
  if (link) {
    content.push({ type: "resource_link", uri: link.uri, name: link.name, mimeType: link.mimeType });
  }
  return { content, structuredContent: structured };
}
