/** Names of files inside a session. */
import { dirname, extname, relative, resolve } from "node:path";
import type { EditOutcome } from "../engine/api.ts";

/** The id with the extension that the picture had, where that is an ordinary one. */
export function imageFileName(id: string, name: string): string {
  const extension = extname(name).toLowerCase();
  return /^\.[a-z0-9]{1,8}$/.test(extension) ? `${id}${extension}` : id;
}

/** The outcome with its files named without their folder, which may lie elsewhere when the session is read again. */
export function bareNames(outcome: EditOutcome, dir: string): EditOutcome {
  const { tiers, ...files } = outcome.files;
  const bare = <Files extends Readonly<Record<string, string>>>(paths: Files) =>
    // The same keys, each with a shorter text.
    Object.fromEntries(Object.entries(paths).map(([key, path]) => [key, bareName(path, dir)])) as Files;
  return { ...outcome, files: { ...bare(files), tiers: bare(tiers) } };
}

function bareName(path: string, dir: string): string {
  if (resolve(dirname(path)) === resolve(dir)) return relative(dir, path);
  throw new TypeError(`Expected a file of the edit in ${dir}, got ${path}`);
}
