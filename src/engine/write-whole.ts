/** Files that appear under their names with all their bytes, or not at all. */
import { randomBytes } from "node:crypto";
import { open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** A file that is there is replaced and keeps its permissions; behind a symbolic link it is the file that the link leads
 * to. On the disk when this resolves; on any error nothing of it is left. */
export async function writeWhole(path: string, data: string | Uint8Array): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const mode = await stat(target).then(
    (found) => found.mode,
    () => undefined,
  );
  const part = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}.part`);
  try {
    const handle = await open(part, "wx", mode);
    try {
      // Goes on until all is written: on a disk that runs full a single write may stop short and be no error.
      await handle.writeFile(data);
      if (mode !== undefined) await handle.chmod(mode); // what the umask took
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, target);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
