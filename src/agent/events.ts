/** The one stream of a turn: command line, web page, MCP progress and the transcript all read it. */
import type { Gates, Receipt } from "../engine/api.ts";
import type { Box } from "../engine/raster.ts";
import type { Quality } from "../engine/recipe/schema.ts";
import type { ErrorCode } from "../errors.ts";
import type { Change, Critique } from "../tools/assistant.ts";
import type { ToolProgress } from "./port.ts";

export const PLANNERS = ["local", "model", "sampling"] as const;
export type PlannerName = (typeof PLANNERS)[number];

/** Why nothing was done, in words for the user. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
}

/** What can go wrong on the wire or in a reply. */
export const FAULT_KINDS = [
  "request-failed",
  "partial-stream",
  "not-a-completion",
  "empty-reply",
  "refusal",
  "content-filter",
  "cut-off",
  "broken-json",
  "wrong-shape",
  "unknown-tool",
  "wrong-call-id",
  "many-calls",
  "repeated-call",
  "rung-lowered",
  "no-verdict",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A closed list. Events hold ids, words and numbers; never pixels and never keys. */
export type AgentEvent =
  | {
      readonly type: "turn-start";
      readonly request: string;
      readonly imageId: string;
      readonly planner: PlannerName;
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
  /** What a vision model thinks of the result. */
  | { readonly type: "critique"; readonly editId: string; readonly critique: Critique }
  /** Another round; `change` is the one thing that is different in it, absent where the planner decides. */
  | { readonly type: "retry"; readonly round: number; readonly why: string; readonly change?: Change }
  /** What the picture shows and what it may be to show, the likeliest first (paper, appendix D.3). */
  | {
      readonly type: "intents";
      readonly background: string;
      readonly candidates: readonly Intent[];
    }
  /** Two readings are close: nothing was done, one of the choices is to be said. */
  | {
      readonly type: "question";
      readonly text: string;
      readonly choices: readonly string[];
      /** What shows the choice at the same place; absent where none of them can be shown. */
      readonly pictures?: readonly ChoicePicture[];
    }
  /** A picture left this machine (never with the local planner); sizes where they are known. */
  | {
      readonly type: "pixels-sent";
      readonly host: string;
      readonly bytes: number;
      readonly width?: number;
      readonly height?: number;
    }
  /** `money` where the model's price is known. */
  | {
      readonly type: "model-usage";
      readonly inputTokens: number;
      readonly outputTokens: number;
      readonly money?: { readonly amount: number; readonly currency: string };
    }
  /** Something that a model or its endpoint got wrong and that was dealt with; `count` is of this kind so far. */
  | { readonly type: "model-fault"; readonly kind: FaultKind; readonly count: number; readonly text: string }
  /** A piece of a streamed reply, as it arrives. */
  | { readonly type: "model-text"; readonly delta: string }
  | ({ readonly type: "refused" } & Refusal)
  | { readonly type: "turn-end"; readonly ok: boolean; readonly editId?: string; readonly text: string };

/** `box`: that part of the picture, in its pixels. */
export type ChoicePicture =
  | { readonly type: "candidate"; readonly candidateId: string }
  | { readonly type: "box"; readonly box: Box }
  | { readonly type: "none" };

export interface Intent {
  readonly types: readonly string[];
  readonly prompt: string;
  /** 0–1. */
  readonly confidence: number;
}

/** Called at once, in order; must not throw. */
export type EventSink = (event: AgentEvent) => void;

/** JSON lines, one event each, for a transcript file. */
export function transcriptText(events: readonly AgentEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}
