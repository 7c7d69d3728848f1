/** The folder that an eval's --out names. */
import { rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { EditError } from "../errors.ts";
import { FORMAT_FILES } from "../evals/formats/index.ts";
import { JOURNAL_FILE } from "../evals/journal.ts";
import { PICTURES_DIR } from "../evals/run-folder.ts";
import { makeFolder } from "../session/index.ts";

export interface EvalOutWish {
  /** Whether what an earlier run left is wanted (--resume, --rescore, --only-failed). */
  readonly goesOn: boolean;
  /** Whether it may go. */
  readonly force: boolean;
}

const FILES = [...Object.values(FORMAT_FILES), JOURNAL_FILE];

/** The absolute path, created. @throws EditError `usage` for what is no folder, `out-exists` for an earlier run's. */
export async function checkedEvalOut(dir: string, { goesOn, force }: EvalOutWish, cwd: string): Promise<string> {
  const path = resolve(cwd, dir);
  await makeFolder(path).catch((cause) => {
    throw new EditError("usage", `Expected --out to name a folder, got ${dir} (${String(cause.code)})`, { cause });
  });
  if (goesOn) return path;
  const found: string[] = [];
  for (const name of FILES) if (await exists(join(path, name))) found.push(name);
  if (found.length > 0 && !force) {
    throw new EditError("out-exists", `Expected ${join(dir, found[0] ?? "")} not to exist`, {
      hint: "Name another folder, add --resume to go on with that run, or --force to start over",
    });
  }
  // Only what a run has written: the folder may hold something of the user's.
  for (const name of [...found, ...(found.length > 0 ? [PICTURES_DIR] : [])]) {
    await rm(join(path, name), { recursive: true, force: true });
  }
  return path;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
