/** Turns in a row on one picture: what "it" and "further" mean, and which edit is the current one. */
import { runTurn } from "./loop.ts";
import type { PastTurn } from "./state.ts";
import type { Selection, Thread } from "./thread.ts";
import type { TurnOptions, TurnOutcome } from "./turn.ts";

/** What stays the same from turn to turn; `imageId` and `selection` are where it begins. */
export type ConversationOptions = Omit<TurnOptions, "request" | "thread" | "past" | "signal" | "onEvent">;
/** What belongs to one turn. */
export type SayOptions = Pick<TurnOptions, "signal" | "onEvent">;

/** One turn at a time: callers await `say` before they say more. */
export class Conversation {
  readonly #options: ConversationOptions;
  #current: string;
  #selection: Selection | undefined;
  #thread: Thread | undefined;
  #past: readonly PastTurn[] = [];

  constructor(options: ConversationOptions) {
    this.#options = options;
    this.#current = options.imageId;
    this.#selection = options.selection;
  }

  /** The imageId or editId that the next turn starts from. */
  get current(): string {
    return this.#current;
  }

  /** The next turn speaks of this region of the current picture; undefined forgets the selection. */
  select(selection: Selection | undefined): void {
    this.#selection = selection;
    if (selection === undefined) this.#thread = undefined;
  }

  /** Goes on from another picture or edit, e.g. after undo; what "it" meant is forgotten. */
  checkout(id: string): void {
    this.#current = id;
    this.#thread = undefined;
    this.#selection = undefined;
  }

  async say(request: string, { signal, onEvent }: SayOptions = {}): Promise<TurnOutcome> {
    const outcome = await runTurn({
      ...this.#options,
      request,
      imageId: this.#current,
      selection: this.#selection,
      thread: this.#thread,
      past: this.#past,
      signal,
      onEvent,
    });
    if (outcome.ok && outcome.editId !== undefined) this.#remember(request, outcome, outcome.editId);
    return outcome;
  }

  /** A refused turn changes nothing; without a thread (a model planned) the selection is of an older picture. */
  #remember(request: string, outcome: TurnOutcome, editId: string): void {
    this.#current = editId;
    this.#thread = outcome.thread;
    if (outcome.thread === undefined) this.#selection = undefined;
    this.#past = [...this.#past, { request, text: outcome.text }];
  }
}
