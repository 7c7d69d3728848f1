/** Which model made an edit: its name, and a fingerprint that another version of it would not have. */
import { createHash } from "node:crypto";
import { open, readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { findBundle } from "../engine/models/find-bundle.ts";
import type { Recipe } from "../engine/recipe/schema.ts";
import type { ModelMark } from "./entries.ts";

/** Of weights only both ends are read: tens of gigabytes would take longer than the edit. */
const END_BYTES = 65_536;
const READ = /\.(json|safetensors)$/;

/** undefined for a preview, in which no model takes part. */
export async function modelMark(recipe: Recipe, baseDir: string, home: string): Promise<ModelMark | undefined> {
  if (recipe.quality === "preview") return undefined;
  const name = recipe.model;
  try {
    return { name, version: await fingerprint(await findBundle(name, baseDir, home)) };
  } catch {
    return { name }; // the folder may be gone by now; the edit is there
  }
}

/** 16 hexadecimal digits over names, sizes and ends of the bundle's files. */
async function fingerprint(dir: string): Promise<string> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && READ.test(entry.name));
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  const sum = createHash("sha256");
  for (const path of paths) {
    sum.update(relative(dir, path).split(sep).join("/"));
    await addEnds(sum, path);
  }
  return sum.digest("hex").slice(0, 16);
}

async function addEnds(sum: ReturnType<typeof createHash>, path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    const { size } = await handle.stat();
    sum.update(`:${size}:`);
    for (const start of [0, Math.max(0, size - END_BYTES)]) {
      const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(END_BYTES), position: start });
      sum.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}
