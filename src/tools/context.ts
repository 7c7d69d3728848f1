/** Everything that a tool may use beside its own input. */
import type { CallOptions, Engine } from "../engine/api.ts";
import type { Workspace } from "../session/index.ts";
import type { ChatAnswer, ChatWish, Critique, CritiqueQuestion, IntentAnswer, IntentQuestion } from "./assistant.ts";
import type { Roots } from "./roots.ts";

/** Everything a tool may use; nothing else is reachable from one. */
export interface ToolContext {
  readonly engine: Engine;
  readonly workspace: Workspace;
  readonly roots: Roots;
  /** Execution device for edits; the engine's choice without it. */
  readonly device?: string;
  /** Vision model and agent loop, where the program has them. */
  readonly assistant?: Assistant;
  /** Receives what is not for the caller, e.g. the stack of an unexpected error. */
  readonly log?: (line: string) => void;
}

/** The caller's signal, and where progress goes (nowhere when the caller did not ask for it). */
export interface ToolCall extends Required<CallOptions> {
  /** The caller's own model, where the caller offers it. */
  readonly sampling?: SamplingPort;
}

/** Asks the connected MCP client's own model (sampling/createMessage); present where the client offers it. */
export interface SamplingPort {
  ask(request: {
    readonly system: string;
    readonly parts: readonly (
      | { readonly type: "text"; readonly text: string }
      | { readonly type: "image"; readonly data: string; readonly mimeType: string }
    )[];
    readonly maxTokens: number;
    readonly signal: AbortSignal;
  }): Promise<string>;
}

/** `propose` and `critique` answer undefined where no model is at hand. */
export interface Assistant {
  propose(question: IntentQuestion, call: ToolCall): Promise<IntentAnswer | undefined>;
  critique(question: CritiqueQuestion, call: ToolCall): Promise<Critique | undefined>;
  /** The whole loop; the local planner where no model is at hand. Refusals are answers, not errors. */
  chat(wish: ChatWish, ctx: ToolContext, call: ToolCall): Promise<ChatAnswer>;
}
