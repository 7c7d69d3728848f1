export type { Assistant, Downloads, SamplingPort, ToolProgress, Uploads } from "./context.ts";
export type { JsonSchema, Tool, ToolAnswer, ToolCall, ToolContext, ToolResult } from "./define.ts";
export { exportRequest } from "./export-image.ts";
export { TOOLS } from "./list.ts";
export { createMcpServer } from "./mcp/server.ts";
export { openRoots, type Roots, readablePath, writablePath } from "./roots.ts";
export { percent, receiptInWords, tierInWords, warningInWords } from "./words.ts";
