/** Blobs that no session knows are removed. */
import { stat } from "node:fs/promises";
import type { BlobStore } from "./blobs.ts";
import { readSession, sessionIds } from "./read-session.ts";

/** Blobs younger than this may belong to an edit that another process is about to write down. */
const FRESH_MS = 10 * 60_000;

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
