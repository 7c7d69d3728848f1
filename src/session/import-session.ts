/** From an exported file to a new session of this home. */
import { createReadStream, createWriteStream } from "node:fs";
import { copyFile, link, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { EditError } from "../errors.ts";
import type { BlobStore } from "./blobs.ts";
import { JOURNAL_VERSION } from "./entries.ts";
import { JOURNAL_NAME } from "./export-names.ts";
import { newId } from "./ids.ts";
import { syncFolder } from "./journal.ts";
import { encodeLine, jsonOf } from "./journal-line.ts";
import { readLines } from "./read-lines.ts";
import { journalPath, readFolder, sessionDir } from "./read-session.ts";
import type { SessionState } from "./session-state.ts";
import { invalid, unpack } from "./unpack.ts";

/** The new session's id: who may open the old one may not open this one. Throws `session-invalid`, and leaves nothing. */
export async function importSession(home: string, path: string, store: BlobStore): Promise<string> {
  const id = newId("session");
  const dir = sessionDir(home, id);
  const staging = join(dir, "tmp");
  try {
    const blobs = await unpack(path, staging);
    const journal = join(staging, JOURNAL_NAME);
    const state = await checkedState(dir, journal, blobs);
    for (const part of ["images", "regions", "edits"]) await mkdir(join(dir, part), { recursive: true, mode: 0o700 });
    await placeFiles(state, blobs, store);
    await writeJournal(journal, journalPath(dir), id, state.createdAt);
    await rm(staging, { recursive: true, force: true });
    return id;
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

/** What the journal says, once every file that it needs is there. */
async function checkedState(dir: string, journal: string, blobs: ReadonlyMap<string, string>): Promise<SessionState> {
  const { state, bytes } = await readFolder(dir, undefined, journal).catch((error: unknown) => {
    throw error instanceof EditError ? invalid(error.message, error) : error;
  });
  if ((await stat(journal)).size !== bytes) throw invalid("a journal with a damaged line");
  for (const { hash, name, bytes: size } of state.allFiles()) {
    const blob = blobs.get(hash);
    if (blob === undefined || (await stat(blob)).size !== size)
      throw invalid(`no ${size} bytes of hash ${hash} for ${name}`);
  }
  const kept = new Set(state.allFiles().map((file) => file.path));
  const missing = namedPaths(state).find((path) => !kept.has(path));
  if (missing !== undefined) throw invalid(`a journal that names no bytes for ${missing.slice(dir.length + 1)}`);
  return state;
}

/** Every file that a picture, region or edit of the session points to. */
function namedPaths({ images, regions, edits, tree }: SessionState): string[] {
  const ofEdits = [...edits.values()].flatMap(({ outcome: { files } }) => {
    const { tiers, ...rest } = files;
    return [...Object.values(rest), ...Object.values(tiers)];
  });
  const previews = [...tree.nodes.values()].flatMap(({ preview }) => (preview ? [preview.path] : []));
  const masks = [...regions.values()].map(({ maskPath }) => maskPath);
  return [...[...images.values()].map(({ path }) => path), ...masks, ...ofEdits, ...previews];
}

async function placeFiles(state: SessionState, blobs: ReadonlyMap<string, string>, store: BlobStore): Promise<void> {
  for (const { hash, path } of state.allFiles()) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const blob = blobs.get(hash) ?? path; // checkedState has found it
    await link(blob, path).catch(() => copyFile(blob, path));
    await store.keep(path);
  }
}

/** The same lines behind a beginning with the new id; the session exists from the moment of the renaming. */
async function writeJournal(from: string, to: string, id: string, at: string): Promise<void> {
  const first = encodeLine(0, jsonOf({ type: "session", version: JOURNAL_VERSION, id, at }));
  const part = `${to}.part`;
  const out = createWriteStream(part, { mode: 0o600 });
  out.write(first);
  await pipeline(createReadStream(from, { start: await firstLineEnd(from) }), out);
  const handle = await open(part, "r+");
  await handle.sync().finally(() => handle.close());
  await rename(part, to);
  await syncFolder(dirname(to));
}

async function firstLineEnd(path: string): Promise<number> {
  for await (const { end } of readLines(path)) return end;
  return 0;
}
