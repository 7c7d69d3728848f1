/** What a planner sees: readonly records, one per step; nothing is changed in place. */
import type { Quality } from "../engine/recipe/schema.ts";
import type { Change } from "../tools/assistant.ts";
import type { Memory } from "./memory.ts";
import type { ToolAnswer, ToolImage, ToolInfo } from "./port.ts";
import type { Intent } from "./question.ts";
import type { Selection, Thread } from "./thread.ts";

/** The picture of a turn: its own size, and the size it is shown at. */
export interface Picture {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly shownWidth: number;
  readonly shownHeight: number;
  readonly image?: ToolImage;
}

/** An earlier turn in a few words, for the model. */
export interface PastTurn {
  readonly request: string;
  readonly text: string;
}

/** What happened in a turn so far. */
export type HistoryItem =
  | { readonly type: "tool"; readonly call: CallStep; readonly answer: ToolAnswer }
  /** Words of the loop to the planner, e.g. what was measured. */
  | { readonly type: "note"; readonly text: string };

/** All that a planner knows; a new record for each step. */
export interface TurnState {
  readonly request: string;
  readonly picture: Picture;
  readonly selection: Selection | undefined;
  readonly thread: Thread | undefined;
  readonly past: readonly PastTurn[];
  /** What earlier turns did, for words that refer to them. */
  readonly memory: Memory;
  /** The reading that the person chose among several. */
  readonly intent?: Intent | undefined;
  readonly tools: readonly ToolInfo[];
  readonly quality: Quality;
  readonly seed: number;
  readonly model: string | undefined;
  /** 1 in the first round; a round ends with an edit. */
  readonly round: number;
  readonly history: readonly HistoryItem[];
}

export interface CallStep {
  readonly type: "call";
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly why: string;
  readonly assumed?: readonly string[];
  /** What the conversation remembers if the edit that this call makes is kept. */
  readonly thread?: Thread;
  /** Made with this call's answer (a new regionId, an intent prompt) before the planner is asked again. */
  readonly afterwards?: CallStep;
  /** The one thing that is different from the call before. */
  readonly change?: Change;
  /** Instead of the turn's quality. */
  readonly quality?: Quality;
  /** The call as the model wrote it: repeated to it verbatim. */
  readonly written?: { readonly id: string; readonly args: string; readonly said: string };
  /** The call cannot be made; this is the answer instead. */
  readonly problem?: string;
}

export function withItem(state: TurnState, item: HistoryItem): TurnState {
  return { ...state, history: [...state.history, item] };
}

export function nextRound(state: TurnState, note: string): TurnState {
  return { ...withItem(state, { type: "note", text: note }), round: state.round + 1 };
}
