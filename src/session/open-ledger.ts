/** From a folder to a session that can be worked with: locked, read, mended, swept. */
import { join } from "node:path";
import type { Warning } from "../engine/api.ts";
import { EditError } from "../errors.ts";
import type { BlobStore } from "./blobs.ts";
import { JOURNAL_VERSION } from "./entries.ts";
import { newId } from "./ids.ts";
import { interruptedView } from "./job-view.ts";
import { Journal } from "./journal.ts";
import { jsonOf } from "./journal-line.ts";
import { Ledger } from "./ledger.ts";
import type { SessionLocks } from "./lock.ts";
import { makeFolder } from "./make-folder.ts";
import { journalPath, readSession, sessionDir, sessionFolder } from "./read-session.ts";
import { type KeptFile, SessionState } from "./session-state.ts";
import { sweepSession } from "./sweep.ts";

export interface OpenedLedger {
  readonly ledger: Ledger;
  readonly warnings: readonly Warning[];
  /** Lets go of the lock. */
  release(): Promise<void>;
}

/** A new session. One in memory leaves no journal: with its process it is forgotten. */
export async function createLedger(
  home: string,
  { memory, lock }: { memory: boolean; lock: SessionLocks },
): Promise<OpenedLedger> {
  const id = newId("session");
  const dir = sessionDir(home, id);
  for (const part of ["images", "regions", "edits"]) await makeFolder(join(dir, part), 0o700);
  const { release, check } = await lock(dir);
  const state = new SessionState(dir);
  const first = { type: "session", version: JOURNAL_VERSION, id, at: new Date().toISOString() } as const;
  state.apply(first);
  const target = memory ? "memory" : await Journal.create(journalPath(dir), jsonOf(first));
  return { ledger: new Ledger(state, target, check), warnings: [], release };
}

/** For writing. Throws `not-found`, `session-in-use` and `session-damaged`. */
export async function openLedger(
  home: string,
  id: string,
  { store, lock }: { store: BlobStore; lock: SessionLocks },
): Promise<OpenedLedger> {
  const dir = await sessionFolder(home, id);
  const { release, check } = await lock(dir);
  try {
    const { state, ...end } = await readSession(home, id);
    if (end.damaged !== undefined) throw damagedAt(end.damaged, end.lines);
    const ledger = new Ledger(state, await Journal.resume(journalPath(dir), end), check);
    for (const jobId of state.openJobs) await ledger.commit(() => ({ type: "job-end", view: interruptedView(jobId) }));
    await sweepSession(state);
    return { ledger, warnings: await mended(state, store), release };
  } catch (error) {
    await release();
    throw error;
  }
}

/** For looking only: nothing is locked, written or swept; what lies behind a damaged line is left out with a warning. */
export async function readLedger(home: string, id: string): Promise<OpenedLedger> {
  const { state, lines, damaged } = await readSession(home, id);
  state.closeOpenJobs();
  const { message = "" } = damaged === undefined ? {} : damagedAt(damaged, lines);
  const warnings = damaged === undefined ? [] : [{ code: "session-damaged", message }];
  return { ledger: new Ledger(state, "nowhere"), warnings, release: async () => {} };
}

/** Files looked at side by side. */
const BATCH = 64;

/** Restores what is missing from its blob; what cannot be restored is a warning here and an error when it is needed. */
async function mended(state: SessionState, store: BlobStore): Promise<Warning[]> {
  const current = new Set(state.filesOf(state.tree.current ?? "").map(({ path }) => path));
  const files = state.allFiles();
  const warnings: Warning[] = [];
  for (let at = 0; at < files.length; at += BATCH) {
    const batch = files.slice(at, at + BATCH);
    const found = await Promise.all(batch.map((file) => mend(file, store, current.has(file.path))));
    warnings.push(...found.filter((warning) => warning !== undefined));
  }
  return warnings;
}

async function mend(file: KeptFile, store: BlobStore, thorough: boolean): Promise<Warning | undefined> {
  try {
    await store.ensure(file, file.path, { thorough });
    return undefined;
  } catch (error) {
    if (error instanceof EditError) return { code: error.code, message: error.message };
    throw error;
  }
}

function damagedAt(line: number, whole: number): EditError {
  return new EditError("session-damaged", `Expected a whole journal, line ${line} of it is damaged`, {
    hint: `The ${whole} entries before it can still be exported: dragflow history export FILE --session ID`,
  });
}
