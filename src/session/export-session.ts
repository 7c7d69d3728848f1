/** A whole session as one file: a plain tar of its journal and of the blobs that it names. */
import { randomBytes } from "node:crypto";
import { constants, createReadStream, createWriteStream } from "node:fs";
import { copyFile, link, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { create } from "tar";
import { EditError } from "../errors.ts";
import type { BlobStore } from "./blobs.ts";
import { blobName, JOURNAL_NAME } from "./export-names.ts";
import { journalPath, readFolder } from "./read-session.ts";

export interface ExportedSession {
  readonly path: string;
  readonly bytes: number;
}

/** Nothing may be added to the journal meanwhile. Throws `out-exists`, `out-unwritable`, and `session-damaged` where a
 * file of the session has lost its bytes. */
export async function exportSession(
  dir: string,
  store: BlobStore,
  out: string,
  { overwrite }: { overwrite: boolean },
): Promise<ExportedSession> {
  const part = join(dirname(out), `.${basename(out)}.${randomBytes(6).toString("hex")}.part`);
  const staging = join(dir, `export-${randomBytes(6).toString("hex")}`);
  try {
    const names = await stage(dir, store, staging);
    // Its own way to a file writes once and does not look how much was written.
    const archive = Readable.from(create({ cwd: staging, portable: true, noMtime: true, strict: true }, names));
    await pipeline(archive, createWriteStream(part, { mode: 0o600 })).catch((error) => {
      throw unwritable(out, error);
    });
    await publish(part, out, overwrite);
    return { path: out, bytes: (await stat(out)).size };
  } finally {
    await rm(part, { force: true });
    await rm(staging, { recursive: true, force: true });
  }
}

/** Fills a folder with what the file shall hold, each blob once, and resolves to the names, the journal first. */
async function stage(dir: string, store: BlobStore, staging: string): Promise<string[]> {
  await mkdir(join(staging, "blobs"), { recursive: true, mode: 0o700 });
  const { state, bytes } = await readFolder(dir);
  // What a crash or damage left behind the last whole line stays here.
  const journal = createReadStream(journalPath(dir), { end: bytes - 1 });
  await pipeline(journal, createWriteStream(join(staging, JOURNAL_NAME)));
  const files = new Map(state.allFiles().map((file) => [file.hash, file]));
  for (const file of files.values()) {
    await store.ensure(file, file.path, { thorough: true });
    const to = join(staging, blobName(file.hash));
    await link(file.path, to).catch(() => copyFile(file.path, to));
  }
  return [JOURNAL_NAME, ...[...files.keys()].map(blobName).sort()];
}

/** The name appears with the whole file behind it. */
async function publish(part: string, out: string, overwrite: boolean): Promise<void> {
  const handle = await open(part, "r+");
  await handle.sync().finally(() => handle.close());
  if (overwrite) return rename(part, out).catch((error) => Promise.reject(unwritable(out, error)));
  await link(part, out).catch(async (error: unknown) => {
    if (isCode(error, "EEXIST")) throw exists(out);
    // No hard links there: a copy that never overwrites.
    await copyFile(part, out, constants.COPYFILE_EXCL).catch((cause: unknown) => {
      throw isCode(cause, "EEXIST") ? exists(out) : unwritable(out, cause);
    });
  });
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function exists(out: string): EditError {
  return new EditError("out-exists", `Expected ${out} not to exist`, { hint: "Name another file, or overwrite it" });
}

function unwritable(out: string, cause: unknown): EditError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
  return new EditError("out-unwritable", `Expected a file that can be written at ${out}, got ${code}`, { cause });
}
