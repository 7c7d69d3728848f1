/** What killed processes have left in a data folder, outside any session that could still be opened. */
import { readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BlobStore } from "./blobs.ts";
import { isId } from "./ids.ts";
import { isHeld } from "./lock.ts";
import { readSession, sessionDir, sessionIds } from "./read-session.ts";
import { sweepBlobs } from "./sweep.ts";

const HOUR_MS = 3_600_000;

/** Removes folders of sessions that never had a journal (single edits, interrupted imports) and, once a day, sessions
 * that never held a picture, blobs that no session names and what killed edits had put aside. Never throws: it is nobody's
 * errand. */
export async function sweepHome(home: string, store: BlobStore): Promise<void> {
  try {
    await sweepFolders(home);
    if (await isTime(join(store.dir, ".swept"))) {
      await sweepUnused(home);
      await sweepOld(join(store.dir, "tmp"), () => true);
      // An edit of a large model on a processor may take hours.
      await sweepOld(join(home, "scratch"), () => true, 24 * HOUR_MS);
      await sweepBlobs(home, store);
    }
  } catch {
    // The next process tries again.
  }
}

async function sweepFolders(home: string): Promise<void> {
  const known = new Set(await sessionIds(home));
  await sweepOld(join(home, "sessions"), async (name) => {
    return isId("session", name) && !known.has(name) && !(await isHeld(sessionDir(home, name)));
  });
}

/** A process that ends by itself takes a session without pictures with it; one that was killed could not. */
async function sweepUnused(home: string): Promise<void> {
  await sweepOld(join(home, "sessions"), async (name) => {
    if (!isId("session", name) || (await isHeld(sessionDir(home, name)))) return false;
    const { state, damaged } = await readSession(home, name);
    return damaged === undefined && state.tree.nodes.size === 0 && state.jobs.size + state.openJobs.size === 0;
  });
}

async function sweepOld(
  dir: string,
  wanted: (name: string) => boolean | Promise<boolean>,
  olderThan = HOUR_MS,
): Promise<void> {
  for (const name of await readdir(dir).catch(() => [])) {
    const path = join(dir, name);
    // One that cannot be looked at stays, and keeps nobody from the others.
    const unwanted = (await age(path)) > olderThan && (await Promise.resolve(wanted(name)).catch(() => false));
    if (unwanted) await rm(path, { recursive: true, force: true });
  }
}

/** Marks the time, so that others need not do the same. */
async function isTime(mark: string): Promise<boolean> {
  if ((await age(mark)) < 24 * HOUR_MS) return false;
  await writeFile(mark, "");
  return true;
}

/** Milliseconds since the last change; infinite for what is not there. */
async function age(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => Number.POSITIVE_INFINITY,
  );
}
