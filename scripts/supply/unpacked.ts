/** The packed package beside its production dependencies alone, as an install leaves it: commands then run as users run them. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { extract } from "tar";
import { type LockFile, production } from "./lock-file.ts";

/** The folder that one would be in after `npm install dragflow-agent`; others' packages are links into `root`. */
export async function unpacked(file: string, root: string, lock: LockFile, into: string): Promise<string> {
  const modules = join(into, "node_modules");
  const own = join(modules, "dragflow-agent");
  mkdirSync(own, { recursive: true });
  await extract({ file, cwd: own, strip: 1 });
  const here = new Set(readdirSync(join(root, "node_modules")));
  for (const [folder] of production(lock.packages)) {
    const name = folder.slice("node_modules/".length);
    if (name.includes("/node_modules/") || !here.has(name.split("/")[0] ?? "")) continue;
    const link = join(modules, name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, folder), link);
  }
  return into;
}

/** One command of the installed program. */
export function command(
  folder: string,
  args: readonly string[],
): { status: number | null; stdout: string; stderr: string } {
  const program = join(folder, "node_modules/dragflow-agent/dist/cli/main.js");
  // A link's own place decides where Node looks for what it imports: preserved, development packages stay out of reach.
  const argv = ["--preserve-symlinks", program, ...args];
  const env = { PATH: process.env.PATH, DRAGFLOW_HOME: join(folder, "home"), NO_COLOR: "1" };
  return spawnSync(process.execPath, argv, { cwd: folder, encoding: "utf8", env, timeout: 300_000 });
}
