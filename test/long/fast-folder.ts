import { mkdtemp, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new folder in memory where the system has such a place (thousands of files are synced in it), else the usual one. */
export async function fastFolder(name: string): Promise<string> {
  const inMemory = await stat("/dev/shm").then(
    (found) => found.isDirectory(),
    () => false,
  );
  return mkdtemp(join(inMemory ? "/dev/shm" : tmpdir(), `dragflow-${name}-`));
}
