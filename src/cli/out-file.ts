/** The rules of --out and --report, checked before any work. */
import { mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { outputFormat } from "../engine/image/output-format.ts";
import { EditError } from "../errors.ts";

/** The absolute path that may be written. Throws `usage` and `out-exists`. */
async function checkedOut(out: string | undefined, force: boolean, cwd: string): Promise<string> {
  if (out === undefined) {
    throw new EditError("usage", "Expected --out FILE, got none", { hint: "Name the file that receives the result" });
  }
  outputFormat(out, { format: "png" });
  const path = resolve(cwd, out);
  const kind = await kindOf(path);
  if (kind === "other") throw new EditError("usage", `Expected --out to name a file, got the folder or device ${out}`);
  if (kind === "file" && !force) {
    throw new EditError("out-exists", `Expected ${out} not to exist`, { hint: "Name another file or add --force" });
  }
  return path;
}

/** As `checkedOut`; a dry run writes no file: undefined, whether or not one is named. */
export async function outOrNone(flags: OutFlags, cwd: string): Promise<string | undefined> {
  return flags.dryRun ? undefined : checkedOut(flags.out, flags.force ?? false, cwd);
}

interface OutFlags {
  readonly out?: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

/** The absolute path of the report's folder. Throws `usage` where a file is in the way. */
export async function checkedReport(dir: string | undefined, cwd: string): Promise<string | undefined> {
  if (dir === undefined) return undefined;
  const path = resolve(cwd, dir);
  if ((await kindOf(path)) === "file") {
    throw new EditError("usage", `Expected --report to name a folder, got the file ${dir}`);
  }
  return path;
}

/** Creates the folder of a file about to be written. */
export async function makeFolderOf(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
}

async function kindOf(path: string): Promise<"none" | "file" | "other"> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return "none";
  return found.isFile() ? "file" : "other";
}
