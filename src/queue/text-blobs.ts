/** JSON as a blob. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BlobRef } from "../session/hash-file.ts";
import { jsonOf } from "../session/journal-line.ts";
import type { SharedBlobs } from "./blobs/shared-blobs.ts";

export function putJson(blobs: SharedBlobs, value: unknown): Promise<BlobRef> {
  return withFile(async (path) => {
    await writeFile(path, jsonOf(value), { mode: 0o600 });
    return blobs.put(path);
  });
}

export function getJson(blobs: SharedBlobs, ref: BlobRef): Promise<unknown> {
  return withFile(async (path) => {
    await blobs.get(ref, path);
    return JSON.parse(await readFile(path, "utf8"));
  });
}

async function withFile<Result>(work: (path: string) => Promise<Result>): Promise<Result> {
  const dir = await mkdtemp(join(tmpdir(), "dragflow-json-"));
  try {
    return await work(join(dir, "value.json"));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
