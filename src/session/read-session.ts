/** A session as its folder tells it, whoever has it open; nothing is changed. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { EditError } from "../errors.ts";
import { parseEntry } from "./entries.ts";
import { isId } from "./ids.ts";
import { type JournalEnd, readJournal } from "./journal.ts";
import { SessionState } from "./session-state.ts";

export interface SessionReading extends JournalEnd {
  readonly state: SessionState;
}

/** Throws `not-found` where there is no such session, `session-damaged` where its entries do not fit together. */
export async function readSession(home: string, id: string): Promise<SessionReading> {
  return readFolder(await sessionFolder(home, id), id);
}

/** Throws `not-found` unless there is such a session. */
export async function sessionFolder(home: string, id: string): Promise<string> {
  const there = isId("session", id) && (await isFile(journalPath(sessionDir(home, id))));
  if (there) return sessionDir(home, id);
  throw new EditError("not-found", `Expected the id of a session, got ${JSON.stringify(id)}`, {
    hint: "dragflow history lists the sessions",
  });
}

/** The same for a journal anywhere; `dir` is the folder that its files are meant to lie in, `id` what its first line must
 * name. */
export async function readFolder(dir: string, id?: string, journal = journalPath(dir)): Promise<SessionReading> {
  const state = new SessionState(dir);
  const end = await readJournal(journal, (raw, line) => {
    const entry = parseEntry(raw, line);
    const begins = entry.type === "session" && (id === undefined || entry.id === id);
    if ((line === 1) !== begins) {
      throw new EditError("session-damaged", `Expected one beginning of the session, line ${line} says otherwise`);
    }
    state.apply(entry);
  });
  if (state.id === "") throw new EditError("session-damaged", "Expected a journal, found an empty one");
  return { ...end, state };
}

/** Ids of the folders in a home that look like sessions, in no order. */
export async function sessionIds(home: string): Promise<string[]> {
  const names = await readdir(join(home, "sessions")).catch(() => []);
  const found = await Promise.all(
    names.map(async (name) => isId("session", name) && (await isFile(journalPath(sessionDir(home, name))))),
  );
  return names.filter((_, i) => found[i]);
}

/** Only for an `id` of the right form. */
export function sessionDir(home: string, id: string): string {
  return join(home, "sessions", id);
}

export function journalPath(dir: string): string {
  return join(dir, "journal.jsonl");
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
