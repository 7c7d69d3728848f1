/** What goes into a turn, what comes out, and the record that is kept in between. */
import type { Gates, Receipt } from "../engine/api.ts";
import type { Quality } from "../engine/recipe/schema.ts";
import { type AgentEvent, type EventSink, type Refusal, transcriptText } from "./events.ts";
import type { EditAnswer } from "./parsing.ts";
import type { Planner } from "./planner.ts";
import type { ToolPort } from "./port.ts";
import type { PastTurn, Selection, Thread } from "./state.ts";
import type { Limits, Verdict } from "./stopping.ts";

/** One request, and all it may use. */
export interface TurnOptions {
  readonly request: string;
  /** An imageId or an editId. */
  readonly imageId: string;
  /** The region that the user has selected, as select_region answered. */
  readonly selection?: Selection | undefined;
  readonly thread?: Thread | undefined;
  readonly past?: readonly PastTurn[];
  readonly port: ToolPort;
  readonly planner: Planner;
  /** Default "full". */
  readonly quality?: Quality;
  /** Default 42. */
  readonly seed?: number;
  /** The engine's model (not the planner's); its default without it. */
  readonly model?: string | undefined;
  /** Edits per turn at most; default 1 for the local planner, 3 for a model. */
  readonly rounds?: number | undefined;
  /** No further round starts after this; default 900. A running edit is never cut short. */
  readonly budgetSeconds?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: EventSink | undefined;
  /** Milliseconds; default Date.now. */
  readonly now?: () => number;
}

/** The edit that a turn ends with, as measured. */
export interface KeptEdit {
  readonly editId: string;
  readonly tier: Quality;
  readonly gates: Gates;
  readonly receipt: Receipt;
}

/** How a turn ended; exactly one of `editId` and `refused` is there. */
export interface TurnOutcome {
  /** True when there is an edit. */
  readonly ok: boolean;
  readonly editId?: string;
  readonly tier?: Quality;
  /** The kept edit passed every gate. */
  readonly accepted: boolean;
  readonly assumed: readonly string[];
  readonly text: string;
  readonly refused?: Refusal;
  readonly events: readonly AgentEvent[];
  /** The events as JSON lines. */
  readonly transcript: string;
  readonly best?: KeptEdit;
  readonly thread?: Thread;
}

/** The best edit so far, and in words what it does. */
export interface Kept {
  readonly edit: EditAnswer;
  readonly verdict: Verdict;
  readonly what: string;
  readonly thread: Thread | undefined;
}

const STEPS_PER_ROUND = 10;
const BUDGET_SECONDS = 900;

/** Collects events and assumptions, and turns the best edit into the outcome. */
export class Turn {
  readonly signal: AbortSignal;
  readonly limits: Limits;
  readonly #sink: EventSink;
  readonly #now: () => number;
  readonly #start: number;
  readonly #events: AgentEvent[] = [];
  readonly #assumed = new Set<string>();

  constructor(options: TurnOptions) {
    const rounds = options.rounds ?? options.planner.rounds;
    this.signal = options.signal ?? new AbortController().signal;
    this.limits = { rounds, steps: rounds * STEPS_PER_ROUND, seconds: options.budgetSeconds ?? BUDGET_SECONDS };
    this.#sink = options.onEvent ?? (() => {});
    this.#now = options.now ?? Date.now;
    this.#start = this.#now();
    const { request, imageId, planner, quality } = options;
    this.emit({ type: "turn-start", request, imageId, planner: planner.name, quality: quality ?? "full", rounds });
  }

  readonly emit = (event: AgentEvent): void => {
    this.#events.push(event);
    this.#sink(event);
  };

  seconds(): number {
    return (this.#now() - this.#start) / 1000;
  }

  /** Says each assumption once. */
  assume(texts: readonly string[]): void {
    for (const text of texts) {
      if (!this.#assumed.has(text)) this.emit({ type: "assumed", text });
      this.#assumed.add(text);
    }
  }

  keep(kept: Kept): Kept {
    this.emit({ type: "kept", editId: kept.edit.editId, score: kept.edit.gates.score });
    return kept;
  }

  /** The outcome with the best edit; without one the planner's words are the refusal. */
  end(best: Kept | undefined, note: string): TurnOutcome {
    if (best === undefined) return this.refuse(undefined, { code: "not-understood", message: note });
    const { edit, verdict, what, thread } = best;
    const text = [`${what} (${edit.editId}).`, note].filter((part) => part !== "").join(" ");
    this.emit({ type: "turn-end", ok: true, editId: edit.editId, text });
    const ids = { editId: edit.editId, tier: edit.tier, best: edit, ...(thread && { thread }) };
    return { ok: true, accepted: verdict.accepted, text, ...ids, ...this.#record() };
  }

  /** A refusal after an edit keeps the edit and says why the turn went no further. */
  refuse(best: Kept | undefined, { code, message, hint }: Refusal): TurnOutcome {
    const refused = { code, message, ...(hint === undefined ? {} : { hint }) };
    this.emit({ type: "refused", ...refused });
    if (best !== undefined && code !== "cancelled") return this.end(best, message);
    this.emit({ type: "turn-end", ok: false, text: message });
    return { ok: false, accepted: false, text: message, refused, ...this.#record() };
  }

  #record(): Pick<TurnOutcome, "assumed" | "events" | "transcript"> {
    return { assumed: [...this.#assumed], events: [...this.#events], transcript: transcriptText(this.#events) };
  }
}
