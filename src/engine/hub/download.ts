/** One file onto the disk: what is there already is kept, and nothing stands under its name before its digest is right. */
import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { EditError } from "../../errors.ts";
import { RangeIgnored } from "./client.ts";
import type { HubFile } from "./wanted-files.ts";

export interface DownloadOptions {
  /** The file's bytes from `start` on. */
  open(start: number): Promise<Response>;
  /** Bytes of this file that are here. */
  onBytes(done: number): void;
  readonly signal: AbortSignal;
  /** Milliseconds before the first new try of a broken connection; each further one waits twice as long. Default 1000. */
  readonly retryMs?: number;
}

const TRIES = 5;

/** Throws what `open` throws, `download-damaged` and `cancelled`. An interrupted download goes on where it stopped. */
export async function downloadFile(file: HubFile, target: string, options: DownloadOptions): Promise<void> {
  // The digest is in the name, so that another revision's beginning is never continued.
  const partial = `${target}.${file.digest.hex.slice(0, 12)}.partial`;
  for (let attempt = 1; ; attempt++) {
    try {
      const found = await transfer(file, partial, options);
      if (found === file.digest.hex) break;
      await rm(partial, { force: true });
      const message = `${file.path}: expected ${file.digest.type} ${file.digest.hex}, got ${found}`;
      throw new EditError("download-damaged", message, { hint: "The file was thrown away; pull again." });
    } catch (error) {
      if (options.signal.aborted) throw new EditError("cancelled", "The download was interrupted", { cause: error });
      if (error instanceof RangeIgnored) await rm(partial, { force: true });
      if (!mayPass(error) || attempt === TRIES) throw error;
      await pause((options.retryMs ?? 1000) * 2 ** (attempt - 1), undefined, { signal: options.signal }).catch(
        () => {},
      );
    }
  }
  await rename(partial, target);
}

/** The digest of a whole file on the disk. */
export async function digestOf(path: string, file: HubFile): Promise<string> {
  const hash = hashFor(file);
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}

/** Appends to `partial` until the file is whole; its digest. */
async function transfer(file: HubFile, partial: string, { open: from, onBytes }: DownloadOptions): Promise<string> {
  const here = await lengthOf(partial);
  if (here > file.size) await rm(partial);
  let done = here > file.size ? 0 : here;
  const hash = hashFor(file);
  if (done > 0) for await (const chunk of createReadStream(partial)) hash.update(chunk);
  onBytes(done);
  if (done === file.size && done > 0) return hash.digest("hex");
  const { body } = await from(done);
  const handle = await open(partial, "a");
  const broken: unknown[] = [];
  try {
    for await (const chunk of unbroken(body, broken)) {
      await handle.appendFile(chunk);
      hash.update(chunk);
      done += chunk.length;
      onBytes(done);
      if (done > file.size) break;
    }
  } finally {
    await handle.close();
  }
  if (done < file.size) {
    const message = `${file.path}: the connection ended at ${done} of ${file.size} bytes`;
    throw new EditError("fetch-failed", message, { hint: "Pull again: it goes on from there.", cause: broken[0] });
  }
  return hash.digest("hex");
}

/** A body up to where its connection breaks, which is noted; failures to write what it gives are not among those. */
async function* unbroken(body: Response["body"], broken: unknown[]): AsyncGenerator<Uint8Array> {
  try {
    yield* body ?? [];
  } catch (error) {
    broken.push(error);
  }
}

/** git names a blob by the digest of a header and its bytes. */
function hashFor({ digest, size }: HubFile): Hash {
  return digest.type === "sha256" ? createHash("sha256") : createHash("sha1").update(`blob ${size}\0`);
}

/** Broken connections and busy servers, not refusals. */
function mayPass(error: unknown): boolean {
  return !(error instanceof EditError) || error.code === "fetch-failed";
}

async function lengthOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
