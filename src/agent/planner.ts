/** Who decides the next step: the local grammar or a model behind an endpoint. */
import type { SamplingPort } from "../tools/context.ts";
import type { EventSink, PlannerName, Refusal } from "./events.ts";
import type { Spend } from "./model/spend.ts";
import type { ToolImage } from "./port.ts";
import type { Choice } from "./question.ts";
import type { CallStep, TurnState } from "./state.ts";

/** What a planner wants next: a tool call, the end, a question to the person, or a refusal. */
export type PlannerStep =
  | CallStep
  | { readonly type: "done"; readonly text: string }
  /** Two readings are close: the turn ends with the question, and nothing is done. */
  | {
      readonly type: "ask";
      readonly text: string;
      readonly choices: readonly Choice[];
      readonly hint?: string;
      readonly image?: ToolImage;
    }
  /** Nothing is made: the picture is this earlier one again. */
  | { readonly type: "back"; readonly id: string; readonly text: string }
  | ({ readonly type: "refuse" } & Refusal);

/** The turn's signal, and where a planner tells what it does. */
export interface PlannerCall {
  readonly signal: AbortSignal;
  readonly onEvent: EventSink;
  /** The connected client's own model, where it offers one. */
  readonly sampling?: SamplingPort | undefined;
}

/** Turns words into steps, one at a time. */
export interface Planner {
  readonly name: PlannerName;
  /** How many edits a turn may make when the caller does not say. */
  readonly rounds: number;
  /** What asking a model has cost so far; absent where none is asked. */
  readonly spend?: () => Spend;
  /** Longest edge in which the picture is wanted, where it is more than tools show by themselves. */
  edge?(call: PlannerCall): Promise<number | undefined>;
  /** Throws EditError `model-endpoint` or `cancelled`; what cannot be done is a `refuse` step. */
  next(state: TurnState, call: PlannerCall): Promise<PlannerStep>;
}
