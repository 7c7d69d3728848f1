/** A body that is a file: streamed to the disk up to a limit, never held in memory. */
import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as WebStream } from "node:stream/web";
import { counting } from "../mcp/uploads.ts";

export interface UploadWish {
  /** Where a folder of its own is made for it. */
  readonly dir: string;
  readonly name: string;
  readonly limit: number;
}

/** The file is gone when `use` is through. Throws `body-too-large`. */
export async function withUpload<T>(
  request: Request,
  { dir, name, limit }: UploadWish,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const own = join(dir, randomBytes(12).toString("hex"));
  await mkdir(own, { recursive: true, mode: 0o700 });
  try {
    const path = join(own, name);
    // The web stream of the request and Node's type of the same thing differ in name only.
    const source = request.body === null ? Readable.from([]) : Readable.fromWeb(request.body as WebStream<Uint8Array>);
    await pipeline(source, counting(limit).through, createWriteStream(path, { mode: 0o600 }));
    return await use(path);
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}
