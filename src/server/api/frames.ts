/** The film strip of an edit: what its sampling was heading for, kept beside the session's pictures. */
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Preview } from "../../engine/api.ts";
import type { Workspace } from "../../session/index.ts";

const MOST = 64;
const EXTENSIONS = { "image/webp": "webp", "image/jpeg": "jpg", "image/png": "png" } as const;

export class Frames {
  readonly #frames: Preview[] = [];

  /** Its place in the strip; undefined where the strip is full. */
  add(frame: Preview): number | undefined {
    return this.#frames.length < MOST ? this.#frames.push(frame) - 1 : undefined;
  }

  async save(workspace: Workspace, editId: string): Promise<void> {
    if (this.#frames.length === 0) return;
    const dir = folderOf(workspace, editId);
    await mkdir(dir, { recursive: true, mode: 0o700 });
    for (const [index, { data, mimeType }] of this.#frames.entries()) {
      await writeFile(join(dir, `${String(index).padStart(3, "0")}.${EXTENSIONS[mimeType]}`), data);
    }
  }
}

/** In order; empty where nothing was kept. */
export async function framePaths(workspace: Workspace, editId: string): Promise<string[]> {
  const dir = folderOf(workspace, editId);
  return (await readdir(dir).catch(() => [])).sort().map((name) => join(dir, name));
}

/** The edit's id is the session's own, never a caller's text. */
function folderOf(workspace: Workspace, editId: string): string {
  return join(workspace.dir, "frames", workspace.edited(editId).id);
}
