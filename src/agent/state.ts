/** What a planner sees: readonly records, one per step; nothing is changed in place. */
import type { Box, Point } from "../engine/raster.ts";
import type { Quality, SimpleMotion } from "../engine/recipe/schema.ts";
import type { ToolAnswer, ToolImage, ToolInfo } from "./port.ts";

/** A region as `select_region` answered; box and centroid in pixels of the picture. */
export interface Selection {
  readonly regionId: string;
  readonly box: Box;
  readonly centroid: Point;
}

/** The picture of a turn: its own size, and the size it is shown at. */
export interface Picture {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly shownWidth: number;
  readonly shownHeight: number;
  readonly image?: ToolImage;
}

/**
 * What "it" and "further" mean in the next turn. Follow-ups start again from `imageId` with all motions so far, so that
 * the object's pixels are moved once, however often it is told to move.
 */
export interface Thread {
  readonly imageId: string;
  readonly selection: Selection;
  /** The user chose the region (rather than the salient object): any name may be said for it. */
  readonly chosen: boolean;
  readonly label: string;
  readonly motions: readonly SimpleMotion[];
  /** A copy moves; the thing itself stays where it was. */
  readonly keepSource?: true;
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
  /** The call as the model wrote it: repeated to it verbatim. */
  readonly written?: { readonly id: string; readonly args: string };
  /** The call cannot be made; this is the answer instead. */
  readonly problem?: string;
}

export function withItem(state: TurnState, item: HistoryItem): TurnState {
  return { ...state, history: [...state.history, item] };
}

export function nextRound(state: TurnState, note: string): TurnState {
  return { ...withItem(state, { type: "note", text: note }), round: state.round + 1 };
}
