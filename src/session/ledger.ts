/** State and journal, always in step: a change is on the disk before the state has it, and one change is made at a time. */
import { EditError } from "../errors.ts";
import { type Entry, parseEntry } from "./entries.ts";
import type { Journal } from "./journal.ts";
import { jsonOf } from "./journal-line.ts";
import type { SessionState } from "./session-state.ts";

/** Where entries go: a journal; "memory" for a session that ends with its process; "nowhere" for one that is only read. */
export type LedgerTarget = Journal | "memory" | "nowhere";

export class Ledger {
  readonly state: SessionState;
  readonly #target: LedgerTarget;
  readonly #listeners = new Set<(entry: Entry) => void>();
  #last: Promise<unknown> = Promise.resolve();

  readonly #check: () => Promise<void>;

  /** `check` runs before each write to a journal; what it throws keeps the write from being made. */
  constructor(state: SessionState, target: LedgerTarget, check: () => Promise<void> = async () => {}) {
    this.state = state;
    this.#target = target;
    this.#check = check;
  }

  /** Runs alone: no other change is made between what `make` sees and what it returns; undefined changes nothing. */
  commit<Made extends Entry | undefined>(make: (state: SessionState) => Made | Promise<Made>): Promise<Made> {
    return this.alone(async () => {
      const entry = await make(this.state);
      if (entry !== undefined) await this.#write(entry);
      return entry;
    });
  }

  /** Runs the work with no change in between. */
  alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const run = this.#last.then(work, work);
    this.#last = run.catch(() => {});
    return run;
  }

  async #write(entry: Entry): Promise<void> {
    if (this.#target === "nowhere") throw readOnly();
    let written = entry;
    if (this.#target !== "memory") {
      const body = jsonOf(entry);
      written = parseEntry(JSON.parse(body)); // what cannot be read back is never written
      await this.#check();
      await this.#target.append(body);
    }
    this.state.apply(written);
    for (const listener of this.#listeners) listener(written);
  }

  /** Called after each change. The returned function ends that. */
  onChange(listener: (entry: Entry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when every change that was asked for is made. */
  async settled(): Promise<void> {
    await this.#last;
  }
}

function readOnly(): EditError {
  return new EditError("session-in-use", "Expected a session open for writing, this one is only read", {
    hint: "Another process has it open; close it there",
  });
}
