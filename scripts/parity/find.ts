/** Finds the folders that are cases. */
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";

export interface CaseFolder {
  readonly dir: string;
  readonly name: string;
}

/** Every folder with a `case.json` at or below the roots, in the order of their names, each once. Throws for a root that is not there. */
export async function findCases(roots: readonly string[]): Promise<CaseFolder[]> {
  const seen = new Set<string>();
  const found: CaseFolder[] = [];
  for (const root of roots) await walk(root, root, seen, found);
  return found;
}

/** `seen` holds real paths, so that a link to a parent ends the walk. */
async function walk(root: string, dir: string, seen: Set<string>, found: CaseFolder[]): Promise<void> {
  const real = await realpath(dir);
  if (seen.has(real)) return;
  seen.add(real);
  const names = (await readdir(dir)).sort();
  if (names.includes("case.json")) found.push({ dir, name: relative(root, dir) || basename(real) });
  for (const name of names) {
    const path = join(dir, name);
    if (await isFolder(path)) await walk(root, path, seen, found);
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false, // a dangling link
  );
}
