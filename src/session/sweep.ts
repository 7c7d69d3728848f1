/** What nothing refers to any more is removed: files of attempts that never ended, blobs that no session knows. */
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { BlobStore } from "./blobs.ts";
import { readSession, sessionIds } from "./read-session.ts";
import type { SessionState } from "./session-state.ts";

/** Names of what is only there for a moment, in a session's folder: what was sent counts once it was opened as a picture. */
const MOMENTARY = /^(lock\.[0-9a-f]{12}|export-.*|scratch|tmp|uploads)$/;

/** Blobs younger than this may belong to an edit that another process is about to write down. */
const FRESH_MS = 10 * 60_000;

/** For the session's only writer: removes files that its journal does not know. */
export async function sweepSession(state: SessionState): Promise<void> {
  const known = new Set(state.allFiles().map(({ path }) => path));
  const inFolder = async (dir: string, keep: (name: string) => boolean) => {
    const names = await readdir(dir).catch(() => []);
    const loose = names.filter((name) => !keep(name)).map((name) => join(dir, name));
    await Promise.all(loose.map((path) => rm(path, { recursive: true, force: true })));
  };
  await inFolder(state.dir, (name) => !MOMENTARY.test(name));
  for (const part of ["images", "regions"]) {
    const dir = join(state.dir, part);
    await inFolder(dir, (name) => known.has(join(dir, name)));
  }
  for (const part of ["edits", "frames"]) await inFolder(join(state.dir, part), (name) => state.edits.has(name));
  for (const id of state.edits.keys()) {
    const dir = state.editDir(id);
    await inFolder(dir, (name) => known.has(join(dir, name)));
  }
}

/** Frees blobs that no session of the home refers to: those named, else all but fresh ones. Resolves to their bytes. */
export async function sweepBlobs(home: string, store: BlobStore, named?: ReadonlySet<string>): Promise<number> {
  const { hashes, complete } = await referencedHashes(home);
  const blobs = await store.list();
  const linked = new Map<string, boolean>();
  for (const { hash, path } of blobs) linked.set(hash, await isLinked(path));
  // A session that cannot be read still holds its links, where the file system has links at all.
  if (!complete && ![...linked.values()].includes(true)) return 0;
  let freed = 0;
  for (const { hash, bytes, time } of blobs) {
    const wanted = named === undefined ? Date.now() - time > FRESH_MS : named.has(hash);
    if (!wanted || hashes.has(hash) || linked.get(hash)) continue;
    await store.remove(hash);
    freed += bytes;
  }
  return freed;
}

async function referencedHashes(home: string): Promise<{ hashes: Set<string>; complete: boolean }> {
  const hashes = new Set<string>();
  let complete = true;
  for (const id of await sessionIds(home)) {
    try {
      const { state, damaged } = await readSession(home, id);
      for (const { hash } of state.allFiles()) hashes.add(hash);
      if (damaged !== undefined) complete = false;
    } catch {
      complete = false;
    }
  }
  return { hashes, complete };
}

async function isLinked(path: string): Promise<boolean> {
  return stat(path).then(
    ({ nlink }) => nlink > 1,
    () => false,
  );
}
