/** Tools, planner and critic of a conversation, with one assistant behind them that is heard wherever it is asked. */
import type { ToolContext } from "../tools/index.ts";
import { createAssistant } from "./assistant.ts";
import type { Critic } from "./critic.ts";
import type { EventSink } from "./events.ts";
import { withIntents } from "./intents.ts";
import { linkedTools } from "./linked-tools.ts";
import type { ModelSource } from "./model/source.ts";
import type { Planner, PlannerCall } from "./planner.ts";
import type { ToolPort } from "./port.ts";
import { toolCritic } from "./tool-critic.ts";

/** What plans, and the model that it asks; the model is undefined where nothing leaves the machine. */
export interface Thinking {
  readonly planner: Planner;
  readonly model: ModelSource | undefined;
}

export interface Equipped {
  readonly ctx: ToolContext;
  readonly port: ToolPort;
  readonly planner: Planner;
  readonly critic: Critic | undefined;
  close(): Promise<void>;
}

/** `before` hears what is asked while no turn has asked yet; then whoever asked last does, as it pays. */
export async function equipped(
  tools: ToolContext,
  { planner, model }: Thinking,
  before: EventSink = () => {},
): Promise<Equipped> {
  let hear = before;
  const onAsk = ({ onEvent }: PlannerCall) => {
    hear = onEvent;
  };
  const ctx = { ...tools, assistant: createAssistant({ model, onEvent: (event) => hear(event) }) };
  const { port, close } = await linkedTools(ctx);
  if (model === undefined) return { ctx, port, planner, critic: undefined, close };
  return { ctx, port, planner: withIntents(planner, onAsk), critic: toolCritic(port, onAsk), close };
}
