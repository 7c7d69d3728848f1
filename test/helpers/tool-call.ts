/** Tools called without a protocol between. */
import { TOOLS, type ToolAnswer, type ToolCall, type ToolContext } from "../../src/tools/index.ts";

export function toolCall(more: Partial<ToolCall> = {}): ToolCall {
  return { signal: new AbortController().signal, onProgress: () => {}, ...more };
}

export function callTool(name: string, args: unknown, ctx: ToolContext, more?: Partial<ToolCall>): Promise<ToolAnswer> {
  const tool = TOOLS.find((one) => one.name === name);
  if (tool === undefined) throw new TypeError(`Expected the name of a tool, got ${name}`);
  return tool.call(args, ctx, toolCall(more));
}

/** The structured answer; throws what was refused. */
export async function askTool(
  name: string,
  args: unknown,
  ctx: ToolContext,
  more?: Partial<ToolCall>,
): Promise<Record<string, unknown>> {
  const answer = await callTool(name, args, ctx, more);
  if (!answer.ok) throw new Error(answer.text);
  return answer.result.structured;
}
