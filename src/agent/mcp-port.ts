/** A ToolPort over an MCP client, whatever its transport. */
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { RequestOptions } from "@modelcontextprotocol/sdk/shared/protocol.js";
import { type CallToolResult, CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import type { ToolAnswer, ToolCallOptions, ToolPort } from "./port.ts";

/** Tools answer within their own limits (jobs wait 50 s); the protocol's 60 s would cut a slow preview short. */
const TIMEOUT_MS = 600_000;

/** The tools of a connected MCP server. A call may take ten minutes. */
export function mcpToolPort(client: Client): ToolPort {
  return {
    async list() {
      const { tools } = await client.listTools();
      return tools.map(({ name, description, inputSchema }) => ({ name, description: description ?? "", inputSchema }));
    },
    async call(name, args, options = {}) {
      const result = await client.callTool(
        { name, arguments: { ...args } },
        CallToolResultSchema,
        requestOptions(options),
      );
      // callTool parses the answer with the schema passed to it, so it is a CallToolResult.
      return answerOf(result as CallToolResult);
    },
  };
}

function requestOptions({ signal, onProgress }: ToolCallOptions): RequestOptions {
  return {
    timeout: TIMEOUT_MS,
    resetTimeoutOnProgress: true,
    // The SDK never takes its listener off: each call gets a signal of its own, so that a long turn's does not fill up.
    ...(signal === undefined ? {} : { signal: AbortSignal.any([signal]) }),
    ...(onProgress === undefined
      ? {}
      : {
          onprogress: ({ progress, total, message }) =>
            onProgress({ done: progress, total: total ?? progress, message: message ?? "" }),
        }),
  };
}

function answerOf(result: CallToolResult): ToolAnswer {
  const texts = result.content.flatMap((block) => (block.type === "text" ? [block.text] : []));
  const images = result.content.flatMap((block) =>
    block.type === "image" ? [{ data: block.data, mimeType: block.mimeType }] : [],
  );
  return {
    structured: result.structuredContent ?? {},
    text: texts.join("\n"),
    images,
    isError: result.isError === true,
  };
}
