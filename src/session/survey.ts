/** A session's folders against its journal: what lies there that it does not name, and what it names that does not lie
 * there as it should. Each folder is read once, each file looked at once. */
import { readdirSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { KeptFile, SessionState } from "./session-state.ts";

export interface Survey {
  /** Paths of files and folders that belong to nothing: attempts that never ended. For the session's only writer to remove. */
  readonly loose: readonly string[];
  /** Files that are gone or have another size. */
  readonly missing: readonly KeptFile[];
}

/** Names of what is only there for a moment, in a session's folder: what was sent counts once it was opened as a picture. */
const MOMENTARY = /^(lock\.[0-9a-f]{12}|export-.*|scratch|tmp|uploads)$/;

/** Longest that the process is kept from other work, give or take one folder. */
const SLICE_MS = 5;

/** Synchronous calls, in slices: a long history takes 100,000 of them, and by way of the thread pool each costs several
 * times what it does itself. */
export async function survey(state: SessionState): Promise<Survey> {
  const pause = pauses();
  const missing: KeptFile[] = [];
  const known = new Map<string, Set<string>>();
  for (const part of ["images", "regions"]) known.set(join(state.dir, part), new Set());
  for (const { dir, files } of state.folders()) {
    const names = known.get(dir) ?? new Set();
    known.set(dir, names);
    for (const file of files) {
      const path = dir + sep + file.name;
      names.add(file.name);
      if (sizeOf(path) !== file.bytes) missing.push({ ...file, path });
    }
    await pause();
  }
  const loose = looseIn(state.dir, (name) => !MOMENTARY.test(name));
  for (const part of ["edits", "frames"]) {
    loose.push(...looseIn(join(state.dir, part), (name) => state.edits.has(name)));
  }
  for (const [dir, names] of known) {
    loose.push(...looseIn(dir, (name) => names.has(name)));
    await pause();
  }
  return { loose, missing };
}

/** Lets other work in whenever a slice is over. */
function pauses(): () => Promise<void> {
  let until = performance.now() + SLICE_MS;
  return async () => {
    if (performance.now() < until) return;
    await nextTurn();
    until = performance.now() + SLICE_MS;
  };
}

function looseIn(dir: string, keep: (name: string) => boolean): string[] {
  return namesIn(dir)
    .filter((name) => !keep(name))
    .map((name) => dir + sep + name);
}

/** None where there is no such folder. */
function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

/** undefined for what cannot be looked at. */
function sizeOf(path: string): number | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.size;
  } catch {
    return undefined;
  }
}
