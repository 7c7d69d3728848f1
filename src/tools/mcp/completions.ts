/** completion/complete: what may stand in a prompt's argument or a resource template's variable. */
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CompleteRequestSchema, ErrorCode, McpError } from "@modelcontextprotocol/sdk/types.js";
import type { Workspace } from "../../session/index.ts";
import type { ToolContext } from "../context.ts";
import { promptNamed } from "./prompts.ts";
import { EDIT_PARTS, EDIT_TEMPLATE, IMAGE_TEMPLATE } from "./uris.ts";

/** The protocol allows no more in one answer. */
const MOST = 100;

export function addCompletions(server: Server, { workspace }: ToolContext): void {
  server.setRequestHandler(CompleteRequestSchema, ({ params: { ref, argument } }) => {
    const all =
      ref.type === "ref/prompt"
        ? promptNamed(ref.name)
            .arguments.find(({ name }) => name === argument.name)
            ?.values?.(workspace)
        : variableValues(ref.uri, argument.name, workspace);
    const values = (all ?? []).filter((value) => value.startsWith(argument.value));
    return { completion: { values: values.slice(0, MOST), total: values.length, hasMore: values.length > MOST } };
  });
}

function variableValues(template: string, variable: string, workspace: Workspace): readonly string[] {
  const ids = (wanted: "image" | "edit") =>
    workspace.history.nodes().flatMap(({ id, type }) => (type === wanted ? [id] : []));
  if (template === IMAGE_TEMPLATE) return variable === "id" ? ids("image") : [];
  if (template === EDIT_TEMPLATE) return variable === "id" ? ids("edit") : variable === "part" ? EDIT_PARTS : [];
  throw new McpError(ErrorCode.InvalidParams, `Unknown resource template ${JSON.stringify(template)}`);
}
