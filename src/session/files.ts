/** How files of a session become blobs, and the small pictures beside them. */
import { readdir, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { allEnded } from "../engine/all-ended.ts";
import type { CallOptions, Engine } from "../engine/api.ts";
import type { BlobStore } from "./blobs.ts";
import type { StoredFile, StoredPreview } from "./entries.ts";

/** Longest edge in pixels, and bytes, of a picture in a list. */
const PREVIEW = { maxEdge: 256, maxBytes: 60_000 };

const EXTENSIONS = { "image/webp": "webp", "image/jpeg": "jpg", "image/png": "png" } as const;

/** Files, and the files of folders, on the disk as blobs when this resolves. Without a store they are only where they are. */
export async function keepFiles(store: BlobStore | undefined, paths: readonly string[]): Promise<StoredFile[]> {
  if (store === undefined) return [];
  const files = (await Promise.all(paths.map(filesAt))).flat().sort();
  return allEnded(files.map(async (path) => ({ name: basename(path), ...(await store.keep(path)) })));
}

/** Writes a small picture at `to` (its extension is added). Sessions without a store show none. */
export async function keepPreview(
  store: BlobStore | undefined,
  engine: Pick<Engine, "look">,
  image: string,
  to: string,
  { signal }: CallOptions,
): Promise<{ preview?: StoredPreview }> {
  if (store === undefined) return {};
  const { data, mimeType, width, height } = await engine.look({ image, ...PREVIEW }, signal ? { signal } : {});
  const path = `${to}.${EXTENSIONS[mimeType]}`;
  await writeFile(path, data);
  return { preview: { name: basename(path), mimeType, width, height } };
}

async function filesAt(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => join(path, name));
}
