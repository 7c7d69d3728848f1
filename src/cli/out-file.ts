/** The rules of --out and --report, checked before any work. */
import { access, constants, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { outputFormat } from "../engine/image/output-format.ts";
import { EditError } from "../errors.ts";
import { REPORT_FILES } from "../report/names.ts";
import { makeFolder } from "../session/index.ts";

/** The absolute path that may be written. Throws `usage`, `out-exists` and `out-unwritable`. */
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
  await refuseUnwritable(dirname(path));
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

/** The absolute path of the report's folder. Throws `usage` where a file is in the way, else as `outOrNone` does. */
export async function checkedReport(
  { report: dir, out, force = false, dryRun = false }: ReportFlags,
  cwd: string,
): Promise<string | undefined> {
  if (dir === undefined) return undefined;
  const path = resolve(cwd, dir);
  if ((await kindOf(path)) === "file") {
    throw new EditError("usage", `Expected --report to name a folder, got the file ${dir}`);
  }
  if (dryRun) return path;
  if (out !== undefined && REPORT_FILES.some((name) => join(path, name) === resolve(cwd, out))) {
    throw new EditError("usage", `Expected --out and --report to write different files, got ${out} for both`);
  }
  await refuseReports(path, force);
  await refuseUnwritable(path);
  return path;
}

interface ReportFlags extends OutFlags {
  readonly report?: string;
}

/** A report's names are common ones: what lies there may be somebody's picture. */
async function refuseReports(dir: string, force: boolean): Promise<void> {
  for (const name of force ? [] : REPORT_FILES) {
    if ((await kindOf(join(dir, name))) === "none") continue;
    throw new EditError("out-exists", `Expected ${join(dir, name)} not to exist`, {
      hint: "Name another folder for --report or add --force",
    });
  }
}

/** Looks at the nearest folder that exists, so that nothing is made before the edit is done. */
async function refuseUnwritable(dir: string): Promise<void> {
  const found = await stat(dir).catch(() => undefined);
  if (!found) return dirname(dir) === dir ? undefined : refuseUnwritable(dirname(dir));
  if (!found.isDirectory()) throw new EditError("usage", `Expected a folder at ${dir}, got a file`);
  await access(dir, constants.W_OK).catch((cause: NodeJS.ErrnoException) => {
    throw new EditError("out-unwritable", `Expected a writable folder at ${dir}, got ${cause.code}`, { cause });
  });
}

/** Creates the folder of a file about to be written. */
export async function makeFolderOf(path: string): Promise<void> {
  await makeOutFolder(dirname(path));
}

/** @throws EditError `out-unwritable` */
export async function makeOutFolder(dir: string): Promise<void> {
  await makeFolder(dir).catch((cause: NodeJS.ErrnoException) => {
    throw new EditError("out-unwritable", `Expected a folder that can be made, got ${dir} (${cause.code})`, { cause });
  });
}

async function kindOf(path: string): Promise<"none" | "file" | "other"> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return "none";
  return found.isFile() ? "file" : "other";
}
