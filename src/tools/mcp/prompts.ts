/** prompts/list and prompts/get. */
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import {
  ErrorCode,
  GetPromptRequestSchema,
  type GetPromptResult,
  ListPromptsRequestSchema,
  McpError,
} from "@modelcontextprotocol/sdk/types.js";
import { PROMPTS, type PromptDefinition, promptWords } from "./prompt-list.ts";

export function addPrompts(server: Server): void {
  const prompts = PROMPTS.map(({ name, title, description, arguments: args }) => ({
    name,
    title,
    description,
    arguments: args.map(({ values, ...argument }) => argument),
  }));
  server.setRequestHandler(ListPromptsRequestSchema, () => ({ prompts }));
  server.setRequestHandler(GetPromptRequestSchema, ({ params }) => filled(promptNamed(params.name), params.arguments));
}

/** Throws McpError for a name that is none of ours. */
export function promptNamed(name: string): PromptDefinition {
  const prompt = PROMPTS.find((one) => one.name === name);
  if (prompt) return prompt;
  const known = PROMPTS.map((one) => one.name).join(", ");
  throw new McpError(ErrorCode.InvalidParams, `Unknown prompt ${JSON.stringify(name)}; there are ${known}`);
}

function filled(prompt: PromptDefinition, given: Readonly<Record<string, string>> = {}): GetPromptResult {
  // Hosts send what was left empty in their form as "".
  const values = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
  const missing = prompt.arguments.filter(({ name, required }) => required && values[name] === undefined);
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(" and ");
    throw new McpError(ErrorCode.InvalidParams, `Expected the argument ${names} of ${prompt.name}`);
  }
  const text = promptWords(prompt.name, values);
  return { description: prompt.description, messages: [{ role: "user", content: { type: "text", text } }] };
}
