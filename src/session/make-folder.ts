import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/** Folder by folder: Node's own recursive mkdir never ends below a file system that makes none, such as /proc, and tells
 * of a read-only one as of a folder that is not there. */
export async function makeFolder(dir: string, mode?: number): Promise<void> {
  if (await isFolder(dir)) return;
  const parent = dirname(dir);
  if (parent !== dir) await makeFolder(parent, mode);
  await mkdir(dir, mode).catch(async (error: unknown) => {
    if (!(await isFolder(dir))) throw error; // another process may have been first
  });
}

async function isFolder(dir: string): Promise<boolean> {
  return stat(dir).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
