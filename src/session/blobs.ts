/** The bytes of all sessions of a data folder, each once, found by their content (cacache). Sessions hold hard links to
 * them under names that the engine can open; where the file system has none, copies. */
import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, link, open, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import cacache from "cacache";
import { EditError } from "../errors.ts";
import { type BlobRef, hashFile, holds } from "./hash-file.ts";
import { makeFolder } from "./make-folder.ts";

/** Smaller files are put in one piece; cacache cannot stream an empty one. */
const IN_ONE_PIECE = 1_000_000;

export class BlobStore {
  readonly dir: string;

  constructor(home: string) {
    this.dir = join(home, "blobs");
  }

  /** Takes the file in, on the disk when this resolves; the file itself becomes a link to the blob. */
  async keep(path: string): Promise<BlobRef> {
    const ref = await hashFile(path);
    const blob = await this.#whole(ref, path);
    await linkOver(blob, path).catch(() => {}); // a copy of its own serves as well
    return ref;
  }

  /**
   * Makes sure that the file is there with its size, with `thorough` that it has exactly its bytes; mends it from its
   * blob, or the blob from it. Throws `session-damaged` where both are bad.
   */
  async ensure(ref: BlobRef, path: string, { thorough }: { thorough: boolean }): Promise<void> {
    const sized = await stat(path).then(
      ({ size }) => size === ref.bytes,
      () => false,
    );
    if (sized && !thorough) return;
    if (sized && (await holds(path, ref))) {
      await linkOver(await this.#whole(ref, path), path).catch(() => {});
      return;
    }
    const blob = await this.path(ref);
    if (blob === undefined) throw damaged(ref, path, "is gone");
    if (!(await holds(blob, ref))) throw damaged(ref, path, "has other bytes");
    await linkOver(blob, path).catch(() => copyOver(blob, path));
  }

  /** Where the blob lies; undefined where it is not there. */
  async path({ hash }: Pick<BlobRef, "hash">): Promise<string | undefined> {
    const entry = await cacache.get.info(this.dir, hash);
    if (!entry) return undefined;
    return stat(entry.path).then(
      () => entry.path,
      () => undefined,
    );
  }

  /** Every blob with the time it was taken in. */
  async list(): Promise<(BlobRef & { readonly path: string; readonly time: number })[]> {
    const entries = await cacache.ls(this.dir);
    return Object.values(entries).map(({ key, size, path, time }) => ({ hash: key, bytes: size, path, time }));
  }

  async remove(hash: string): Promise<void> {
    await cacache.rm.content(this.dir, hash);
    await removeEntry(this.dir, hash, { removeFully: true });
  }

  /** The blob's path once it holds the bytes of the file, which are those of `ref`. */
  async #whole(ref: BlobRef, file: string): Promise<string> {
    const there = await this.path(ref);
    if (there !== undefined) {
      if ((await sameFile(there, file)) || (await holds(there, ref))) return there;
      await cacache.rm.content(this.dir, ref.hash); // a damaged blob is never overwritten by itself
    }
    await makeFolder(this.dir, 0o700);
    await this.#put(ref, file);
    const blob = await this.path(ref);
    if (blob === undefined)
      throw new EditError("session-damaged", `Expected the blob ${ref.hash} to be there, it is not`);
    await sync(blob);
    await this.#checkSize(ref, blob);
    return blob;
  }

  /** cacache's streams write once and do not look how much was written: on a disk that runs full the end is missing. */
  async #checkSize({ hash, bytes }: BlobRef, blob: string): Promise<void> {
    const { size } = await stat(blob);
    if (size === bytes) return;
    await cacache.rm.content(this.dir, hash);
    throw Object.assign(new Error(`Expected ${bytes} bytes to be written, ${size} were`), { code: "ENOSPC" });
  }

  async #put({ hash, bytes }: BlobRef, file: string): Promise<void> {
    const algorithms: [string] = ["sha256"]; // names the folder; by itself the integrity is only compared
    const options = { integrity: hash, algorithms };
    if (bytes < IN_ONE_PIECE) await cacache.put(this.dir, hash, await readFile(file), options);
    else await pipeline(createReadStream(file), cacache.put.stream(this.dir, hash, { ...options, size: bytes }));
  }
}

/** Its types do not know the option that leaves no tombstone behind (cacache's README, "rm.entry"). */
const removeEntry: (cache: string, key: string, options: { removeFully: boolean }) => Promise<unknown> =
  cacache.rm.entry;

async function sameFile(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([stat(a, { bigint: true }), stat(b, { bigint: true })]);
  return one.ino === other.ino && one.dev === other.dev && one.ino !== 0n;
}

/** Renaming one link of a file over another does nothing at all, so the spare name is removed in any case. */
async function linkOver(from: string, to: string): Promise<void> {
  const part = spare(to);
  try {
    await link(from, part);
    await rename(part, to);
  } finally {
    await rm(part, { force: true });
  }
}

async function copyOver(from: string, to: string): Promise<void> {
  const part = spare(to);
  try {
    await copyFile(from, part);
    await rename(part, to);
  } finally {
    await rm(part, { force: true });
  }
}

function spare(path: string): string {
  return `${path}.${randomBytes(6).toString("hex")}.part`;
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function damaged({ hash, bytes }: BlobRef, path: string, how: string): EditError {
  return new EditError("session-damaged", `Expected ${bytes} bytes of hash ${hash} for ${path}; its blob ${how}`, {
    hint: "The picture is lost; an exported copy of the session may still hold it",
  });
}
