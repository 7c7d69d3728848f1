/** Who decides the next step: the local grammar or a model behind an endpoint. */
import type { EventSink, Refusal } from "./events.ts";
import type { Spend } from "./model/spend.ts";
import type { CallStep, TurnState } from "./state.ts";

/** What a planner wants next: a tool call, the end, or a refusal. */
export type PlannerStep =
  | CallStep
  | { readonly type: "done"; readonly text: string }
  | ({ readonly type: "refuse" } & Refusal);

/** The turn's signal, and where a planner tells what it does. */
export interface PlannerCall {
  readonly signal: AbortSignal;
  readonly onEvent: EventSink;
}

/** Turns words into steps, one at a time. */
export interface Planner {
  readonly name: "local" | "model" | "sampling";
  /** How many edits a turn may make when the caller does not say. */
  readonly rounds: number;
  /** What asking a model has cost so far; absent where none is asked. */
  readonly spend?: () => Spend;
  /** Throws EditError `model-endpoint` or `cancelled`; what cannot be done is a `refuse` step. */
  next(state: TurnState, call: PlannerCall): Promise<PlannerStep>;
}
