/** What the lower rungs ask for in words: the tools, and one JSON object per reply. */
import type { ToolInfo } from "../port.ts";
import { NO_TOOL } from "./step.ts";

/** Appended to the system prompt. */
export function jsonForm(tools: readonly ToolInfo[]): string {
  const described = tools.map(({ name, description, inputSchema }) => {
    const { $schema: _, ...schema } = inputSchema;
    return `### ${name}\n${description}\nArguments (JSON schema): ${JSON.stringify(schema)}`;
  });
  return [
    "## Form of your replies",
    'Every reply is one JSON object and nothing else: {"say": "…", "tool": "…", "args": {…}}.',
    `"say" is one sentence on what you do and why; "tool" is the tool to call, or "${NO_TOOL}" to end; "args" are its arguments.`,
    "The answer of the tool comes in the next message.",
    "",
    "## Tools",
    ...described,
  ].join("\n");
}

/** `args` stays open: the tools check their own, and many endpoints cannot follow a choice between schemas. */
export function stepSchema(tools: readonly ToolInfo[]) {
  const schema = {
    type: "object",
    properties: {
      say: { type: "string" },
      tool: { type: "string", enum: [...tools.map((tool) => tool.name), NO_TOOL] },
      args: { type: "object" },
    },
    required: ["say", "tool", "args"],
    additionalProperties: false,
  };
  return { name: "step", schema };
}
