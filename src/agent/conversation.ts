/** Turns in a row on one picture: what "it" and "further" mean, and which edit is the current one. */
import { chosen } from "./answers.ts";
import { type Command, readCommand } from "./commands.ts";
import { runTurn } from "./loop.ts";
import {
  EMPTY_MEMORY,
  lastMade,
  type Made,
  type Memory,
  originalOf,
  type Pending,
  withMade,
  withPending,
} from "./memory.ts";
import { pickRegion } from "./pick-region.ts";
import type { Choice, Intent } from "./question.ts";
import { readReference } from "./references.ts";
import type { PastTurn } from "./state.ts";
import { stepInHistory } from "./step-in-history.ts";
import type { Selection, Thread } from "./thread.ts";
import type { TurnOptions, TurnOutcome } from "./turn.ts";

/** What stays the same from turn to turn; `imageId` and `selection` are where it begins. */
export type ConversationOptions = Omit<
  TurnOptions,
  "request" | "thread" | "past" | "memory" | "intent" | "signal" | "onEvent"
>;
/** What belongs to one turn. */
export type SayOptions = Pick<TurnOptions, "signal" | "onEvent">;

/** Earlier turns that a model is told of. */
const PAST = 12;

/** One turn at a time: callers await `say` before they say more. */
export class Conversation {
  #options: ConversationOptions;
  #current: string;
  #selection: Selection | undefined;
  #thread: Thread | undefined;
  #past: readonly PastTurn[] = [];
  #memory: Memory;

  /** `memory`: what an earlier conversation did, ending at `imageId`. */
  constructor(options: ConversationOptions, memory: Memory = EMPTY_MEMORY) {
    this.#options = options;
    this.#current = options.imageId;
    this.#selection = options.selection;
    this.#memory = memory;
    this.#thread = lastMade(memory)?.thread;
  }

  /** The imageId or editId that the next turn starts from. */
  get current(): string {
    return this.#current;
  }

  /** What was done so far, and a question that waits for its answer. */
  get memory(): Memory {
    return this.#memory;
  }

  /** From the next turn on, e.g. another planner or critic. */
  use(
    options: Partial<Pick<ConversationOptions, "planner" | "critic" | "quality" | "model" | "seed" | "budget">>,
  ): void {
    this.#options = { ...this.#options, ...options };
  }

  /** The next turn speaks of this region of the current picture; undefined forgets the selection. */
  select(selection: Selection | undefined): void {
    this.#selection = selection;
    if (selection === undefined) this.#thread = undefined;
  }

  /** Goes on from another picture or edit. Back among the turns of this conversation, "it" means what it meant there. */
  checkout(id: string): void {
    const { made } = this.#memory;
    const at = made.findLastIndex(({ editId }) => editId === id);
    if (at >= 0 || id === originalOf(this.#memory)) this.#goTo(at + 1);
    else this.#startFrom(id);
  }

  #startFrom(id: string): void {
    this.#current = id;
    this.#thread = undefined;
    this.#selection = undefined;
    this.#memory = EMPTY_MEMORY;
  }

  /** A command, the answer to a question, or a request. */
  async say(request: string, options: SayOptions = {}): Promise<TurnOutcome> {
    const command = readCommand(request);
    if (command !== undefined) return this.#step(command, request, options);
    const { pending } = this.#memory;
    const choice = pending && chosen(request, pending.choices);
    if (pending !== undefined && choice !== undefined) return this.#answer(pending, choice, options);
    return readReference(request)?.type === "correct" ? this.#correct(request, options) : this.#run(request, options);
  }

  /** The thing that was meant is selected, and the request that led to the question is made again. */
  async #answer({ request }: Pending, choice: Choice, options: SayOptions): Promise<TurnOutcome> {
    if (choice.intent !== undefined) return this.#run(request, options, choice.intent);
    if (choice.box === undefined) return this.#run(choice.say, options);
    const selection = await pickRegion(choice.box, { ...this.#options, imageId: this.#current, ...options });
    const before = [this.#selection, this.#thread] as const;
    this.select(selection);
    const outcome = await this.#run(request, options);
    if (!outcome.ok) [this.#selection, this.#thread] = before;
    return outcome;
  }

  /** From the picture before the last turn; where that leads nowhere, the last turn holds. */
  async #correct(request: string, options: SayOptions): Promise<TurnOutcome> {
    const { cursor } = this.#memory;
    if (cursor === 0) return this.#run(request, options);
    this.#goTo(cursor - 1);
    this.#selection = undefined;
    this.#thread = undefined;
    const outcome = await this.#run(request, options);
    if (!outcome.ok && outcome.question === undefined) this.#goTo(cursor);
    return outcome;
  }

  async #run(request: string, options: SayOptions, intent?: Intent): Promise<TurnOutcome> {
    const from = this.#current;
    const outcome = await runTurn({
      ...this.#options,
      ...options,
      request,
      imageId: from,
      selection: this.#selection,
      thread: this.#thread,
      past: this.#past,
      memory: this.#memory,
      intent,
    });
    if (outcome.ok && outcome.editId !== undefined) this.#remember(request, from, outcome, outcome.editId);
    if (outcome.ok && outcome.at !== undefined) this.checkout(outcome.at);
    const { question } = outcome;
    this.#memory = withPending(this.#memory, question && { request, choices: question.choices });
    return outcome;
  }

  /** A refused turn changes nothing; without a thread (a model planned) the selection is of an older picture. */
  #remember(request: string, from: string, { thread, text }: TurnOutcome, editId: string): void {
    const made: Made = { request, from, editId, text, ...(thread && { thread }) };
    this.#memory = withMade(this.#memory, made);
    this.#current = editId;
    this.#thread = thread;
    // A retry may have grown the region: the thread knows the one that was used.
    this.#selection = this.#selection && thread?.selection;
    this.#past = [...this.#past, { request, text }].slice(-PAST);
  }

  async #step(command: Command, request: string, options: SayOptions): Promise<TurnOutcome> {
    this.#memory = withPending(this.#memory, undefined);
    const outcome = await stepInHistory(command, this.#memory, {
      ...this.#options,
      ...options,
      request,
      imageId: this.#current,
    });
    if (outcome.ok && outcome.at !== undefined) {
      this.checkout(outcome.at);
      this.#past = [...this.#past, { request, text: outcome.text }].slice(-PAST);
    }
    return outcome;
  }

  /** After that many of the remembered turns; what "it" meant then it means again. */
  #goTo(cursor: number): void {
    const original = originalOf(this.#memory);
    this.#memory = withPending({ ...this.#memory, cursor }, undefined);
    const made = lastMade(this.#memory);
    this.#current = made?.editId ?? original ?? this.#current;
    this.#thread = made?.thread;
    const first = this.#current === this.#options.imageId ? this.#options.selection : undefined;
    this.#selection = made?.thread?.chosen ? made.thread.selection : first;
  }
}
