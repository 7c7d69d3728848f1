/** What killed processes have left in a data folder, outside any session that could still be opened. */
import { readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BlobStore } from "./blobs.ts";
import { isId } from "./ids.ts";
import { isHeld } from "./lock.ts";
import { sessionDir, sessionIds } from "./read-session.ts";
import { sweepBlobs } from "./sweep.ts";

const HOUR_MS = 3_600_000;

/** Removes folders of sessions that never had a journal (single edits, interrupted imports) and, once a day, blobs that no
 * session names. Never throws: it is nobody's errand. */
export async function sweepHome(home: string, store: BlobStore): Promise<void> {
  try {
    await sweepFolders(home);
    if (await isTime(join(store.dir, ".swept"))) {
      await sweepOld(join(store.dir, "tmp"), () => true);
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

async function sweepOld(dir: string, wanted: (name: string) => boolean | Promise<boolean>): Promise<void> {
  for (const name of await readdir(dir).catch(() => [])) {
    const path = join(dir, name);
    if ((await age(path)) > HOUR_MS && (await wanted(name))) await rm(path, { recursive: true, force: true });
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
