/** What mcp and serve give the tools alike, and the flags that say so. */
import type { Command } from "commander";
import type { AgentEvent, EventSink } from "../agent/index.ts";
import type { Assistant, ToolContext } from "../tools/index.ts";
import type { CliDeps } from "./deps.ts";

export interface SharedFlags {
  readonly home?: string;
  readonly roots?: string;
  readonly device?: string;
  readonly llm?: string;
  readonly baseUrl?: string;
  readonly fetchUrls?: boolean;
}

export function withSharedFlags(command: Command): Command {
  return command
    .option("--home <dir>", "data folder (DRAGFLOW_HOME)")
    .option("--device <name>", "auto, cpu, cuda, webgpu, …")
    .option("--llm <name>", "vision model for intents, critique and chat (DRAGFLOW_LLM)")
    .option("--base-url <url>", "the model's endpoint (OPENAI_BASE_URL)")
    .option("--fetch-urls", "let open_image fetch pictures from public http(s) addresses");
}

/** Throws `usage` for a base URL that is none. */
export async function sharedContext(
  deps: Pick<CliDeps, "env" | "stderr">,
  flags: SharedFlags,
  home: string,
): Promise<Pick<ToolContext, "assistant" | "device" | "fetchUrls">> {
  const { device, fetchUrls = false } = flags;
  const { assistantFor } = await sharedAgent(deps, flags, home);
  return { assistant: assistantFor(() => {}), fetchUrls, ...(device === undefined ? {} : { device }) };
}

export interface SharedAgent {
  /** Where a model is configured it plans; pictures then go to its endpoint. */
  readonly planner: "local" | "model";
  /** An agent of its own for each place that wants to hear of its steps. */
  readonly assistantFor: (onEvent: EventSink) => Assistant;
}

/** Throws `usage` for a base URL that is none. */
export async function sharedAgent(
  { env, stderr }: Pick<CliDeps, "env" | "stderr">,
  { llm, baseUrl }: SharedFlags,
  home: string,
): Promise<SharedAgent> {
  const { configuredModel, createAssistant } = await import("../agent/index.ts");
  const model = configuredModel({ env, home, llm, baseUrl });
  // Which pixels leave is said where the program is watched, whoever asked for it.
  const told = (event: AgentEvent) => {
    if (event.type === "pixels-sent") {
      stderr.write(`dragflow: a picture of ${event.bytes} bytes was sent to ${event.host}\n`);
    } else if (event.type === "model-fault") stderr.write(`dragflow: model ${event.kind}: ${event.text}\n`);
  };
  const assistantFor = (onEvent: EventSink) => {
    const heard = (event: AgentEvent) => {
      told(event);
      onEvent(event);
    };
    return createAssistant({ model, onEvent: heard });
  };
  return { planner: model === undefined ? "local" : "model", assistantFor };
}
