/** What a conversation remembers, as plain records: which thing was moved how, and which picture came of it. */
import type { Choice } from "./question.ts";
import type { Thread } from "./thread.ts";

/** One turn that changed the picture. */
export interface Made {
  /** The words that were understood. */
  readonly request: string;
  /** The picture the turn began with, and the one it made. */
  readonly from: string;
  readonly editId: string;
  readonly text: string;
  /** Absent where a model planned: what "it" means is then the model's to say. */
  readonly thread?: Thread;
}

/** A question that was asked and waits for its answer. */
export interface Pending {
  readonly request: string;
  readonly choices: readonly Choice[];
}

export interface Memory {
  /** Oldest first; those beyond the cursor were undone. */
  readonly made: readonly Made[];
  /** How many of `made` hold. */
  readonly cursor: number;
  readonly pending?: Pending;
}

export const EMPTY_MEMORY: Memory = { made: [], cursor: 0 };

/** The turn that made the present picture. */
export function lastMade({ made, cursor }: Memory): Made | undefined {
  return made[cursor - 1];
}

/** A new turn; what was undone before it can no longer be redone. */
export function withMade(memory: Memory, made: Made): Memory {
  const kept = [...memory.made.slice(0, memory.cursor), made];
  return { made: kept, cursor: kept.length };
}

export function withPending(memory: Memory, pending: Pending | undefined): Memory {
  const { pending: _, ...rest } = memory;
  return pending === undefined ? rest : { ...rest, pending };
}

/** Things by the name they were called, the last one first: where each is, and what was done with it. */
export function namedThings({ made, cursor }: Memory): readonly Thread[] {
  const threads = made.slice(0, cursor).flatMap(({ thread }) => (thread === undefined ? [] : [thread]));
  return threads
    .filter(({ label }, at) => label !== "" && !threads.slice(at + 1).some((later) => later.label === label))
    .reverse();
}

/** The picture before the first turn that is remembered. */
export function originalOf({ made }: Memory): string | undefined {
  return made[0]?.from;
}
