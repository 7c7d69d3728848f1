/** The record of a running turn: what was told, assumed and used, and the outcome that comes of it. */
import type { SamplingPort } from "../tools/context.ts";
import { isHopeless, type Judged } from "./critic.ts";
import { type AgentEvent, type ChoicePicture, type EventSink, type Refusal, transcriptText } from "./events.ts";
import { intentsEvent } from "./intents.ts";
import { NOTHING_SPENT, type Spend } from "./model/spend.ts";
import type { PlannerCall, PlannerStep } from "./planner.ts";
import type { ToolAnswer } from "./port.ts";
import type { Choice } from "./question.ts";
import type { CallStep } from "./state.ts";
import type { Limits, Used } from "./stopping.ts";
import type { TurnOptions, TurnOutcome } from "./turn.ts";

type Asked = Extract<PlannerStep, { type: "ask" }>;

/** A result and the call that made it, in words `what` it does. */
export interface Kept extends Judged {
  readonly call: CallStep;
}

const STEPS_PER_ROUND = 10;
const BUDGET_SECONDS = 900;

/** Collects events and assumptions, and turns the best edit into the outcome. */
export class Turn {
  readonly signal: AbortSignal;
  readonly limits: Limits;
  readonly rounds: number;
  readonly #sink: EventSink;
  readonly #now: () => number;
  readonly #start: number;
  readonly #sampling: SamplingPort | undefined;
  #spend: Spend = NOTHING_SPENT;
  #steps = 0;
  #rounds = 0;
  readonly #events: AgentEvent[] = [];
  readonly #assumed = new Set<string>();

  constructor(options: TurnOptions) {
    const { rounds = options.planner.rounds, seconds = BUDGET_SECONDS, ...budget } = options.budget ?? {};
    this.signal = options.signal ?? new AbortController().signal;
    this.rounds = rounds;
    this.limits = { steps: rounds * STEPS_PER_ROUND, budget: { ...budget, rounds, seconds } };
    this.#sampling = options.sampling;
    this.#sink = options.onEvent ?? (() => {});
    this.#now = options.now ?? (() => performance.now());
    this.#start = this.#now();
    const { request, imageId, planner, quality } = options;
    this.emit({ type: "turn-start", request, imageId, planner: planner.name, quality: quality ?? "full", rounds });
  }

  readonly emit = (event: AgentEvent): void => {
    this.#count(event);
    this.#events.push(event);
    this.#sink(event);
  };

  /** What planners and critics are given. */
  get call(): PlannerCall {
    return { signal: this.signal, onEvent: this.emit, sampling: this.#sampling };
  }

  /** Every event passes here, so what is used is counted wherever it comes from. */
  #count(event: AgentEvent): void {
    if (event.type === "step-start") this.#steps = event.step;
    if (event.type === "edit-done") this.#rounds++;
    if (event.type === "model-usage") this.#spend = withUsage(this.#spend, event);
    if (event.type === "pixels-sent")
      this.#spend = { ...this.#spend, imageBytes: this.#spend.imageBytes + event.bytes };
  }

  used(): Used {
    const seconds = (this.#now() - this.#start) / 1000;
    return { steps: this.#steps, rounds: this.#rounds, seconds, spend: this.#spend };
  }

  /** What an answer means beyond itself. */
  tell({ tool }: CallStep, answer: ToolAnswer): void {
    const event = tool === "propose_intents" ? intentsEvent(answer) : undefined;
    if (event !== undefined) this.emit(event);
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

  /** Another round; without `next` the planner decides what changes. */
  retry(round: number, { verdict, critique }: Judged, next: CallStep | undefined): void {
    const why = next?.change === critique?.change?.what ? critique?.change?.why : undefined;
    const change = next?.change === undefined ? {} : { change: next.change };
    this.emit({ type: "retry", round, why: why ?? verdict.missed.join(", "), ...change });
  }

  /** The result is worse than none: the picture stays as it was. */
  undo({ edit, verdict }: Judged): TurnOutcome {
    const message = `The result was taken back: ${verdict.missed.join(", ")}`;
    return this.refuse(undefined, { code: "result-rejected", message, hint: `It can still be seen as ${edit.editId}` });
  }

  /** The best edit, unless doing nothing is better than that. */
  finish(best: Kept | undefined, note: string): TurnOutcome {
    return best !== undefined && isHopeless(best) ? this.undo(best) : this.end(best, note);
  }

  /** The outcome with the best edit; without one the planner's words are the refusal. */
  end(best: Kept | undefined, note: string): TurnOutcome {
    if (best === undefined) return this.refuse(undefined, { code: "not-understood", message: note });
    const { edit, verdict, call } = best;
    const text = [`${call.why} (${edit.editId}).`, note].filter((part) => part !== "").join(" ");
    this.emit({ type: "turn-end", ok: true, editId: edit.editId, text });
    const ids = { editId: edit.editId, tier: edit.tier, best: edit, ...(call.thread && { thread: call.thread }) };
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

  /** Back or forth among the turns that were made. */
  went(at: string, text: string): TurnOutcome {
    this.emit({ type: "turn-end", ok: true, text });
    return { ok: true, accepted: true, at, text, ...this.#record() };
  }

  /** Nothing is done: the person says which of the choices is meant. An edit made before stays. */
  ask(best: Kept | undefined, { text, choices, hint, image }: Asked): TurnOutcome {
    const said = choices.map(({ say }) => say);
    if (best !== undefined) return this.end(best, text);
    const pictures = choices.map(pictureOf);
    const shown = pictures.some(({ type }) => type !== "none") ? { pictures } : {};
    this.emit({ type: "question", text, choices: said, ...shown });
    const numbered = said.map((words, index) => `${index + 1}: ${words}`).join("; ");
    const question = { text, choices, ...(image && { image }) };
    return { ...this.refuse(undefined, { code: "selection-needed", message: text, hint: hint ?? numbered }), question };
  }

  #record(): Pick<TurnOutcome, "assumed" | "events" | "transcript" | "used"> {
    const events = [...this.#events];
    return { assumed: [...this.#assumed], events, transcript: transcriptText(events), used: this.used() };
  }
}

function pictureOf({ intent, box }: Choice): ChoicePicture {
  if (intent !== undefined) return { type: "candidate", candidateId: intent.candidateId };
  return box === undefined ? { type: "none" } : { type: "box", box };
}

function withUsage(spend: Spend, usage: Extract<AgentEvent, { type: "model-usage" }>): Spend {
  const { inputTokens, outputTokens, money } = usage;
  return {
    ...spend,
    requests: spend.requests + 1,
    inputTokens: spend.inputTokens + inputTokens,
    outputTokens: spend.outputTokens + outputTokens,
    ...(money && { money: { ...money, amount: money.amount + (spend.money?.amount ?? 0) } }),
  };
}
