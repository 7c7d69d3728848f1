/** Reads an exported session into a folder, believing nothing: plain files under known names alone, each with the bytes
 * that its name promises. */
import { createHash } from "node:crypto";
import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { list, type ReadEntry } from "tar";
import { EditError } from "../errors.ts";
import { blobHash, JOURNAL_NAME } from "./export-names.ts";

/** Where a tar says that it is one: "ustar" stands there. A compressed file could grow without bound. */
const MAGIC_AT = 257;

/** Resolves to the blobs by hash. Throws `session-invalid`. */
export async function unpack(path: string, to: string): Promise<Map<string, string>> {
  await refuseOthers(path);
  await mkdir(join(to, "blobs"), { recursive: true, mode: 0o700 });
  const seen = new Set<string>();
  const entries: ReadEntry[] = [];
  const saved: Promise<Saved>[] = [];
  const onReadEntry = (entry: ReadEntry) => {
    entries.push(entry);
    entry.on("error", () => {}); // heard by whoever saves it
    const saving = save(entry, to, seen);
    saving.catch(() => entry.resume()); // the reader goes on to the end all the same
    saved.push(saving);
  };
  try {
    await list({ file: path, strict: true, noResume: true, onReadEntry });
  } catch (cause) {
    for (const entry of entries) entry.destroy(new Error("the archive ends here"));
    await Promise.allSettled(saved);
    throw invalid(cause instanceof Error ? cause.message : String(cause), cause);
  }
  await Promise.allSettled(saved); // nothing is written any more, whichever of them is thrown
  const files = await Promise.all(saved);
  if (!seen.has(JOURNAL_NAME)) throw invalid(`no ${JOURNAL_NAME}`);
  return new Map(files.flatMap(({ hash, file }) => (hash === undefined ? [] : [[hash, file]])));
}

interface Saved {
  /** Of a blob. */
  readonly hash?: string;
  readonly file: string;
}

async function save(entry: ReadEntry, to: string, seen: Set<string>): Promise<Saved> {
  const name = entry.path;
  const hash = blobHash(name);
  const known = hash !== undefined || name === JOURNAL_NAME;
  if (!known || entry.type !== "File" || seen.has(name)) {
    throw invalid(`${seen.has(name) ? "a second" : "a"} ${entry.type} ${JSON.stringify(name)}`);
  }
  seen.add(name);
  const file = join(to, name);
  const found = await write(entry, file);
  if (hash !== undefined && found !== hash) throw invalid(`other bytes than those of ${JSON.stringify(name)}`);
  return hash === undefined ? { file } : { hash, file };
}

/** Resolves to the hash of what was written. */
async function write(entry: AsyncIterable<Buffer>, path: string): Promise<string> {
  const sum = createHash("sha256");
  const handle = await open(path, "wx", 0o600);
  try {
    for await (const chunk of entry) {
      sum.update(chunk);
      await handle.writeFile(chunk);
    }
  } finally {
    await handle.close();
  }
  return `sha256-${sum.digest("base64")}`;
}

async function refuseOthers(path: string): Promise<void> {
  const head = await headOf(path).catch((cause: unknown) => {
    throw invalid(cause instanceof Error && "code" in cause ? String(cause.code) : String(cause), cause);
  });
  if (head !== "ustar") throw invalid("another kind of file");
}

async function headOf(path: string): Promise<string> {
  const handle = await open(path, "r");
  try {
    const { buffer } = await handle.read({ buffer: Buffer.alloc(5), position: MAGIC_AT });
    return buffer.toString("latin1");
  } finally {
    await handle.close();
  }
}

export function invalid(found: string, cause?: unknown): EditError {
  return new EditError("session-invalid", `Expected the file of an exported session, found ${found}`, { cause });
}
