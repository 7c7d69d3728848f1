/** The tools that a model is told of: those of a plan, with coordinates as it writes them, and a way to ask. */
import type { ToolInfo } from "../port.ts";
import { type Frame, isPixels } from "./coordinates.ts";
import type { WireTool } from "./wire.ts";

/** What a plan needs. Opening and writing files is not the model's to decide: words in a picture could ask for it. */
const OFFERED: readonly string[] = ["look", "select_region", "preview_edit", "start_edit"];

/** Not a tool of the engine: the turn ends with the question. */
export const ASK = "ask_person";

const ASK_TOOL: ToolInfo = {
  name: ASK,
  description:
    "Asks the person one short question and ends the turn. Only when two readings of the request are equally likely and " +
    "lead to different pictures; otherwise act and say what you assumed.",
  inputSchema: {
    type: "object",
    properties: {
      question: { type: "string" },
      choices: {
        type: "array",
        minItems: 2,
        maxItems: 5,
        items: { type: "string" },
        description: "Complete requests, one of which the person will say instead",
      },
    },
    required: ["question", "choices"],
    additionalProperties: false,
  },
};

export function offeredTools(tools: readonly ToolInfo[], frame?: Frame): ToolInfo[] {
  const planned = tools.filter((tool) => OFFERED.includes(tool.name));
  return [...planned.map((tool) => inSpace(tool, frame)), ASK_TOOL];
}

export function wireTools(tools: readonly ToolInfo[]): WireTool[] {
  return tools.map(({ name, description, inputSchema }) => {
    const { $schema: _, ...parameters } = inputSchema;
    return { type: "function", function: { name, description, parameters } };
  });
}

/** The schemas speak of pixels of the full picture; the model writes as it was trained to, and we convert. */
function inSpace(tool: ToolInfo, frame: Frame | undefined): ToolInfo {
  if (frame === undefined || isPixels(frame)) return tool;
  const description = `${tool.description}\n\nCoordinates in the arguments are as the person's message says, not pixels of the full picture.`;
  return { ...tool, description, inputSchema: withoutSpace(tool.inputSchema) };
}

function withoutSpace(schema: ToolInfo["inputSchema"]): ToolInfo["inputSchema"] {
  const { properties } = schema;
  if (typeof properties !== "object" || properties === null || !("coordSpace" in properties)) return schema;
  const { coordSpace: _, ...rest } = properties;
  return { ...schema, properties: rest };
}
