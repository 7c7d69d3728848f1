/** Blobs in a folder that every machine sees (one disk, NFS, SMB). */
import { randomBytes } from "node:crypto";
import { copyFile, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BlobRef, hashFile, holds } from "../../session/hash-file.ts";
import { makeFolder } from "../../session/make-folder.ts";
import { blobKey, type SharedBlobs } from "./shared-blobs.ts";
import { blobDamaged, blobMissing, storeUnavailable } from "./store-errors.ts";

export class FolderBlobs implements SharedBlobs {
  readonly place: string;

  constructor(dir: string) {
    this.place = dir;
  }

  async put(path: string): Promise<BlobRef> {
    const ref = await hashFile(path);
    const to = this.#at(ref);
    try {
      if (await this.#refreshed(to, ref)) return ref;
      await makeFolder(join(to, ".."), 0o700);
      await copyOver(path, to);
      return ref;
    } catch (cause) {
      throw storeUnavailable(this.place, cause);
    }
  }

  async get(ref: BlobRef, path: string): Promise<void> {
    const from = this.#at(ref);
    try {
      await copyOver(from, path);
    } catch (cause) {
      if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") throw blobMissing(this.place, ref);
      throw storeUnavailable(this.place, cause);
    }
    if (await holds(path, ref)) return;
    await rm(path, { force: true });
    throw blobDamaged(this.place, ref);
  }

  async probe(): Promise<void> {
    const path = join(this.place, `.probe-${randomBytes(6).toString("hex")}`);
    try {
      await makeFolder(this.place, 0o700);
      await writeFile(path, "");
      await rm(path);
    } catch (cause) {
      throw storeUnavailable(this.place, cause);
    }
  }

  async sweep(olderThanMs: number): Promise<number> {
    const before = Date.now() - olderThanMs;
    let removed = 0;
    for (const folder of await readdir(this.place).catch(() => [])) {
      if (!/^[0-9a-f]{2}$/.test(folder)) continue;
      for (const name of await readdir(join(this.place, folder))) {
        const path = join(this.place, folder, name);
        const old = await stat(path).then(
          ({ mtimeMs }) => mtimeMs < before,
          () => false,
        );
        if (!old) continue;
        await rm(path, { force: true });
        removed++;
      }
    }
    return removed;
  }

  close(): void {}

  #at(ref: BlobRef): string {
    const key = blobKey(ref);
    return join(this.place, key.slice(0, 2), key);
  }

  /** Whether it is there in its size; then it counts as put just now. */
  async #refreshed(path: string, { bytes }: BlobRef): Promise<boolean> {
    const there = await stat(path).catch(() => undefined);
    if (there?.size !== bytes) return false;
    const now = new Date();
    return utimes(path, now, now).then(
      () => true,
      () => false, // swept in this very moment
    );
  }
}

/** A reader never sees half a file. */
async function copyOver(from: string, to: string): Promise<void> {
  const part = `${to}.${randomBytes(6).toString("hex")}.part`;
  try {
    await copyFile(from, part);
    await rename(part, to);
  } finally {
    await rm(part, { force: true });
  }
}
