/** What sessions a home holds. */
import { stat } from "node:fs/promises";
import { errorRecord } from "../errors.ts";
import { isHeld } from "./lock.ts";
import { journalPath, readSession, sessionDir, sessionIds } from "./read-session.ts";

export interface SessionSummary {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly changedAt: string;
  /** Whether a living process has it open. */
  readonly held: boolean;
  /** Names under which its pictures were opened, oldest first. */
  readonly pictures: readonly string[];
  readonly edits: number;
  /** Why it cannot be read; pictures and edits are then those before the damage. */
  readonly problem?: string;
}

/** The one that changed last first. */
export async function listSessions(home: string): Promise<SessionSummary[]> {
  const ids = await sessionIds(home);
  const all = await Promise.all(ids.map((id) => summary(home, id)));
  return all.sort((a, b) => b.changedAt.localeCompare(a.changedAt));
}

/** Ids and times alone, without reading any journal; the one that changed last first. */
export async function sessionsByTime(home: string): Promise<string[]> {
  const ids = await sessionIds(home);
  const times = await Promise.all(ids.map(async (id) => ({ id, time: await changeTime(home, id) })));
  return times.sort((a, b) => b.time - a.time).map(({ id }) => id);
}

async function summary(home: string, id: string): Promise<SessionSummary> {
  const changedAt = new Date(await changeTime(home, id)).toISOString();
  const held = await isHeld(sessionDir(home, id));
  try {
    const { state, damaged } = await readSession(home, id);
    const pictures = [...state.images.values()].map(({ name }) => name);
    const problem = damaged === undefined ? {} : { problem: `Line ${damaged} of the journal is damaged` };
    return { id, changedAt, held, pictures, edits: state.edits.size, ...problem };
  } catch (error) {
    return { id, changedAt, held, pictures: [], edits: 0, problem: errorRecord(error).message };
  }
}

/** Milliseconds since 1970. */
async function changeTime(home: string, id: string): Promise<number> {
  return stat(journalPath(sessionDir(home, id))).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
