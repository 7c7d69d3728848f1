/** The one stream of a turn: command line, web page, MCP progress and the transcript all read it. */
import type { Gates, Receipt } from "../engine/api.ts";
import type { Quality } from "../engine/recipe/schema.ts";
import type { ErrorCode } from "../errors.ts";
import type { ToolProgress } from "./port.ts";

/** Why nothing was done, in words for the user. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
}

/** A closed list. Events hold ids, words and numbers; never pixels and never keys. */
export type AgentEvent =
  | {
      readonly type: "turn-start";
      readonly request: string;
      readonly imageId: string;
      readonly planner: "local" | "model";
      readonly quality: Quality;
      readonly rounds: number;
    }
  | { readonly type: "step-start"; readonly step: number; readonly round: number }
  /** Something that was not said and is taken for granted. */
  | { readonly type: "assumed"; readonly text: string }
  | {
      readonly type: "tool-call";
      readonly step: number;
      readonly tool: string;
      readonly args: Readonly<Record<string, unknown>>;
      readonly why: string;
    }
  | { readonly type: "progress"; readonly step: number; readonly progress: ToolProgress }
  | {
      readonly type: "tool-result";
      readonly step: number;
      readonly tool: string;
      readonly isError: boolean;
      readonly text: string;
      readonly structured: Readonly<Record<string, unknown>>;
    }
  | { readonly type: "edit-done"; readonly editId: string; readonly tier: Quality; readonly receipt: Receipt }
  | {
      readonly type: "gates";
      readonly editId: string;
      readonly gates: Gates;
      readonly accepted: boolean;
      readonly missed: readonly string[];
    }
  | { readonly type: "kept"; readonly editId: string; readonly score: number }
  | { readonly type: "retry"; readonly round: number; readonly why: string }
  /** A picture left this machine (model planner only); sizes where they are known. */
  | {
      readonly type: "pixels-sent";
      readonly host: string;
      readonly bytes: number;
      readonly width?: number;
      readonly height?: number;
    }
  | { readonly type: "model-usage"; readonly inputTokens: number; readonly outputTokens: number }
  | ({ readonly type: "refused" } & Refusal)
  | { readonly type: "turn-end"; readonly ok: boolean; readonly editId?: string; readonly text: string };

/** Called at once, in order; must not throw. */
export type EventSink = (event: AgentEvent) => void;

/** JSON lines, one event each, for a transcript file. */
export function transcriptText(events: readonly AgentEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}
