/** What the tools ask of a vision model: intents, a verdict, a whole conversation turn. */
import type { Assistant } from "../tools/context.ts";
import type { EventSink } from "./events.ts";
import type { ModelConfig } from "./model/planner.ts";

export interface AssistantOptions {
  /** The configured endpoint. Without it the connected client's model is asked, where it offers one. */
  readonly model?: ModelConfig | undefined;
  /** Hears which pixels go where, tokens and faults. */
  readonly onEvent?: EventSink | undefined;
}

/** Asks the configured model, else the caller's own (sampling); answers undefined where neither is there. */
export function createAssistant(_options: AssistantOptions = {}): Assistant {
  return {
    propose: async () => undefined,
    critique: async () => undefined,
    chat: async () => ({ ok: false, text: "No planner is wired yet", planner: "local", assumed: [] }),
  };
}
