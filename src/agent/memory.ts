/** What a conversation remembers, as plain records: which thing was moved how, and which picture came of it. */
import type { Choice } from "./question.ts";
import type { Selection, Thread } from "./thread.ts";

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
  /** Regions by label, the last one named so first. */
  readonly regions: readonly NamedRegion[];
  readonly pending?: Pending;
}

/** A region of one picture under the name it was called. */
export interface NamedRegion {
  readonly label: string;
  readonly imageId: string;
  readonly selection: Selection;
}

export const EMPTY_MEMORY: Memory = { made: [], cursor: 0, regions: [] };

/** The turn that made the present picture. */
export function lastMade({ made, cursor }: Memory): Made | undefined {
  return made[cursor - 1];
}

/** A new turn; what was undone before it can no longer be redone. */
export function withMade(memory: Memory, made: Made): Memory {
  const { pending: _, ...rest } = memory;
  const kept = [...memory.made.slice(0, memory.cursor), made];
  return { ...rest, made: kept, cursor: kept.length, regions: withRegion(memory.regions, made.thread) };
}

export function withPending(memory: Memory, pending: Pending | undefined): Memory {
  const { pending: _, ...rest } = memory;
  return pending === undefined ? rest : { ...rest, pending };
}

function withRegion(regions: readonly NamedRegion[], thread: Thread | undefined): readonly NamedRegion[] {
  if (thread === undefined || thread.label === "") return regions;
  const { label, imageId, selection } = thread;
  return [{ label, imageId, selection }, ...regions.filter((region) => region.label !== label)];
}

/** The picture before the first turn that is remembered. */
export function originalOf({ made }: Memory): string | undefined {
  return made[0]?.from;
}
