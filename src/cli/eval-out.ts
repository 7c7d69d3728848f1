/** The folder that an eval's --out names, and the two files in it. */
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { EditError } from "../errors.ts";
import { makeFolder } from "../session/index.ts";

export const RESULTS_FILE = "results.json";
export const REPORT_FILE = "report.html";

/** The absolute path, created. @throws EditError `usage` for what is no folder, `out-exists` for an earlier run's. */
export async function checkedEvalOut(dir: string, force: boolean, cwd: string): Promise<string> {
  const path = resolve(cwd, dir);
  await makeFolder(path).catch((cause) => {
    throw new EditError("usage", `Expected --out to name a folder, got ${dir} (${String(cause.code)})`, { cause });
  });
  for (const name of [RESULTS_FILE, REPORT_FILE]) {
    if (force || !(await exists(join(path, name)))) continue;
    throw new EditError("out-exists", `Expected ${join(dir, name)} not to exist`, {
      hint: "Name another folder or add --force",
    });
  }
  return path;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
