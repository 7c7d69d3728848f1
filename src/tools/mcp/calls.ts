/** tools/list and tools/call: the tools in the protocol's words. */
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  type Tool as McpTool,
  type ServerNotification,
  type ServerRequest,
} from "@modelcontextprotocol/sdk/types.js";
import type { ToolProgress } from "../context.ts";
import type { Tool, ToolCall, ToolContext, ToolResult } from "../define.ts";
import { TOOLS } from "../list.ts";
import { progressText } from "../views.ts";
import { COMPARE_URI, SHOWN_IN_APP } from "./apps.ts";
import { samplingPort } from "./sampling.ts";

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** Base64 characters of an image block; larger ones are left out with a word about it. */
const MAX_IMAGE_CHARACTERS = 700_000;

export function addTools(server: Server, ctx: ToolContext): void {
  const tools = TOOLS.map(listed);
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const tool = TOOLS.find(({ name }) => name === params.name);
    if (tool) return called(tool, params.arguments, ctx, server, extra);
    const known = TOOLS.map(({ name }) => name).join(", ");
    throw new McpError(ErrorCode.InvalidParams, `Unknown tool ${JSON.stringify(params.name)}; there are ${known}`);
  });
}

async function called(tool: Tool, input: unknown, ctx: ToolContext, server: Server, extra: Extra) {
  let ended = false;
  const sampling = samplingPort(server, { id: extra.requestId, ended: () => ended });
  const call: ToolCall = { signal: extra.signal, onProgress: sender(extra), ...(sampling ? { sampling } : {}) };
  const answered = await tool.call(input, ctx, call);
  ended = true;
  if (answered.ok) return answer(answered.result);
  // What goes wrong is told to who watches the log as well; a client that has gone is told nothing more.
  const data = { tool: tool.name, ...answered.error };
  server.sendLoggingMessage({ level: "warning", logger: "tools", data }, extra.sessionId).catch(() => {});
  return { isError: true, content: [{ type: "text" as const, text: answered.text }] };
}

function listed({ name, title, description, inputJsonSchema, outputJsonSchema, annotations }: Tool): McpTool {
  const { readOnly, destructive, idempotent, openWorld } = annotations;
  return {
    name,
    title,
    description,
    inputSchema: inputJsonSchema,
    outputSchema: outputJsonSchema,
    annotations: {
      title,
      readOnlyHint: readOnly,
      destructiveHint: destructive,
      idempotentHint: idempotent,
      openWorldHint: openWorld,
    },
    ...(SHOWN_IN_APP.has(name) ? { _meta: { ui: { resourceUri: COMPARE_URI }, "ui/resourceUri": COMPARE_URI } } : {}),
  };
}

function sender({ _meta, sendNotification }: Extra): (progress: ToolProgress) => void {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return () => {};
  return (progress) => {
    const params = { progressToken, progress: progress.done, total: progress.total, message: progressText(progress) };
    sendNotification({ method: "notifications/progress", params }).catch(() => {});
  };
}

function answer({ structured, text, preview, link }: ToolResult<Record<string, unknown>>): CallToolResult {
  const content: CallToolResult["content"] = [{ type: "text", text }];
  if (preview) {
    const data = Buffer.from(preview.data).toString("base64");
    const fits = data.length <= MAX_IMAGE_CHARACTERS;
    if (fits) content.push({ type: "image", data, mimeType: preview.mimeType });
    else content.push({ type: "text", text: `The preview is too large to send (${data.length} characters).` });
  }
  if (link) content.push({ type: "resource_link", uri: link.uri, name: link.name, mimeType: link.mimeType });
  return { content, structuredContent: structured };
}
