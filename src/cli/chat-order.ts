/** What a conversation on the command line is told to do, and what was said in it. */
import type { PlannerChoice, TurnOutcome } from "../agent/index.ts";
import type { BudgetFlags, DryRunFlags, ModelFlags, OutputFlags, RecipeFlags } from "./flags.ts";

export interface ChatFlags extends OutputFlags, RecipeFlags, DryRunFlags, ModelFlags, BudgetFlags {
  readonly planner: PlannerChoice;
  readonly roots?: string;
  /** An earlier session to go on with: its id, or "last". */
  readonly session?: string;
  /** false leaves nothing in the data folder. */
  readonly keep?: boolean;
  /** Lines only: no redrawing, no pictures. */
  readonly plain?: boolean;
}

export interface ChatOrder {
  /** Absolute path of the picture; undefined goes on with the session's. */
  readonly image: string | undefined;
  /** Turns to run; without any, lines are read from stdin. */
  readonly say: readonly string[];
  /** The current selection, as --region writes it. */
  readonly region: string | undefined;
  /** Checked absolute paths. */
  readonly out: string | undefined;
  readonly report: string | undefined;
}

export interface Said {
  readonly request: string;
  readonly outcome: TurnOutcome;
}
