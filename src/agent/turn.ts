/** What goes into a turn, and what comes out. */
import type { Gates, Receipt } from "../engine/api.ts";
import type { Quality } from "../engine/recipe/schema.ts";
import type { SamplingPort } from "../tools/context.ts";
import type { Critic } from "./critic.ts";
import type { AgentEvent, EventSink, Refusal } from "./events.ts";
import type { Memory } from "./memory.ts";
import type { Budget } from "./model/spend.ts";
import type { Planner } from "./planner.ts";
import type { ToolPort } from "./port.ts";
import type { Intent, Question } from "./question.ts";
import type { PastTurn } from "./state.ts";
import type { Used } from "./stopping.ts";
import type { Selection, Thread } from "./thread.ts";

/** One request, and all it may use. */
export interface TurnOptions {
  readonly request: string;
  /** An imageId or an editId. */
  readonly imageId: string;
  /** The region that the user has selected, as select_region answered. */
  readonly selection?: Selection | undefined;
  readonly thread?: Thread | undefined;
  readonly past?: readonly PastTurn[];
  readonly memory?: Memory;
  /** The reading that the person chose, where there was a question. */
  readonly intent?: Intent | undefined;
  readonly port: ToolPort;
  readonly planner: Planner;
  /** Looks at every result, beside the free pixel gates. */
  readonly critic?: Critic | undefined;
  readonly sampling?: SamplingPort | undefined;
  /** Default "full". */
  readonly quality?: Quality;
  /** Default 42. */
  readonly seed?: number;
  /** The engine's model (not the planner's); its default without it. */
  readonly model?: string | undefined;
  /** Rounds: 2 for the local planner, 3 for a model; 900 seconds. A running edit is never cut short. */
  readonly budget?: Budget;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: EventSink | undefined;
  /** Milliseconds of a clock that nobody sets; for tests. */
  readonly now?: () => number;
}

/** The edit that a turn ends with, as measured. */
export interface KeptEdit {
  readonly editId: string;
  readonly tier: Quality;
  readonly gates: Gates;
  readonly receipt: Receipt;
}

/** How a turn ended; exactly one of `editId`, `at` and `refused` is there. */
export interface TurnOutcome {
  /** True when there is an edit, or the picture went back or forth. */
  readonly ok: boolean;
  readonly editId?: string;
  readonly tier?: Quality;
  /** The kept edit passed every gate. */
  readonly accepted: boolean;
  readonly assumed: readonly string[];
  readonly text: string;
  readonly refused?: Refusal;
  /** Undo and redo make nothing: the picture that they lead to. */
  readonly at?: string;
  /** Two readings were close: nothing was done (`refused` says so too), one of its choices is to be said. */
  readonly question?: Question;
  readonly used: Used;
  readonly events: readonly AgentEvent[];
  /** The events as JSON lines. */
  readonly transcript: string;
  readonly best?: KeptEdit;
  readonly thread?: Thread;
}
