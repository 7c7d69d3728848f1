/** From a folder to a session that can be worked with: locked, read, mended, swept. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Warning } from "../engine/api.ts";
import { EditError } from "../errors.ts";
import type { BlobStore } from "./blobs.ts";
import { JOURNAL_VERSION } from "./entries.ts";
import type { HandedEdits } from "./handed-edits.ts";
import { newId } from "./ids.ts";
import { doneView, interruptedView } from "./job-view.ts";
import { Journal } from "./journal.ts";
import { jsonOf } from "./journal-line.ts";
import { Ledger } from "./ledger.ts";
import type { SessionLocks } from "./lock.ts";
import { makeFolder } from "./make-folder.ts";
import { journalPath, readSession, sessionDir, sessionFolder } from "./read-session.ts";
import type { WantedEdit } from "./records.ts";
import { type KeptFile, SessionState } from "./session-state.ts";
import { survey } from "./survey.ts";

export interface OpenedLedger {
  readonly ledger: Ledger;
  readonly warnings: readonly Warning[];
  /** Jobs of an earlier process whose edits others have: they are open still. */
  readonly handedOn: ReadonlyMap<string, WantedEdit>;
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
  return { ledger: new Ledger(state, target, check), warnings: [], handedOn: new Map(), release };
}

export interface LedgerNeeds {
  readonly store: BlobStore;
  readonly lock: SessionLocks;
  readonly handed?: HandedEdits | undefined;
}

/** For writing. Throws `not-found`, `session-in-use`, `session-damaged` and, where edits are handed to others,
 * `queue-unavailable`. */
export async function openLedger(
  home: string,
  id: string,
  { store, lock, handed }: LedgerNeeds,
): Promise<OpenedLedger> {
  const dir = await sessionFolder(home, id);
  const { release, check } = await lock(dir);
  try {
    const { state, ...end } = await readSession(home, id);
    if (end.damaged !== undefined) throw damagedAt(end.damaged, end.lines);
    const ledger = new Ledger(state, await Journal.resume(journalPath(dir), end), check);
    const handedOn = await endedOrHandedOn(ledger, handed);
    const { loose, missing } = await survey(state);
    for (const path of loose) await rm(path, { recursive: true, force: true });
    return { ledger, warnings: await mended(state, missing, store), handedOn, release };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Ends the jobs that an earlier process left open: done where their edit is in the history, interrupted where nobody has
 * it. The others are returned. */
async function endedOrHandedOn(ledger: Ledger, handed: HandedEdits | undefined): Promise<Map<string, WantedEdit>> {
  const { openJobs, edits, tree } = ledger.state;
  const handedOn = new Map<string, WantedEdit>();
  for (const [jobId, edit] of [...openJobs]) {
    if (edit !== undefined && edits.has(edit.id)) {
      await ledger.commit(() => ({ type: "job-end", view: doneView(jobId, edit.id) }));
    } else if (edit !== undefined && tree.nodes.has(edit.imageId) && (await handed?.isHanded(edit.id))) {
      handedOn.set(jobId, edit);
    } else {
      await ledger.commit(() => ({ type: "job-end", view: interruptedView(jobId) }));
    }
  }
  return handedOn;
}

/** For looking only: nothing is locked, written or swept; what lies behind a damaged line is left out with a warning. */
export async function readLedger(home: string, id: string): Promise<OpenedLedger> {
  const { state, lines, damaged } = await readSession(home, id);
  state.closeOpenJobs();
  const { message = "" } = damaged === undefined ? {} : damagedAt(damaged, lines);
  const warnings = damaged === undefined ? [] : [{ code: "session-damaged", message }];
  return { ledger: new Ledger(state, "nowhere"), warnings, handedOn: new Map(), release: async () => {} };
}

/** Restores what is missing or has another size from its blob, and looks at the current picture's bytes; what cannot be
 * restored is a warning here and an error when it is needed. */
async function mended(state: SessionState, missing: readonly KeptFile[], store: BlobStore): Promise<Warning[]> {
  const current = state.filesOf(state.tree.current ?? "");
  const paths = new Set(current.map(({ path }) => path));
  const files = [...current, ...missing.filter(({ path }) => !paths.has(path))];
  const warnings: (Warning | undefined)[] = [];
  for (const file of files) warnings.push(await mend(file, store, paths.has(file.path)));
  return warnings.filter((warning) => warning !== undefined);
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
