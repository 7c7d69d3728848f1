/** What the figures were measured on. */
import { execFile } from "node:child_process";
import { cpus, loadavg, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export interface Machine {
  readonly cpu: string;
  readonly threads: number;
  readonly memoryBytes: number;
  readonly node: string;
  /** Absent where there was none. */
  readonly torch?: string;
  /** Runnable processes over the minute before: more than a few tenths is noise. */
  readonly load: number;
  readonly commit: string;
  readonly date: string;
}

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("..", import.meta.url));

export async function machineOf(threads: number, torch: string | undefined): Promise<Machine> {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown processor",
    threads,
    memoryBytes: totalmem(),
    node: process.version,
    ...(torch === undefined ? {} : { torch }),
    load: loadavg()[0] ?? Number.NaN,
    commit: await commitOf(),
    date: new Date().toISOString().slice(0, 10),
  };
}

/** With a "+" where the working tree differs. */
async function commitOf(): Promise<string> {
  try {
    const { stdout } = await run("git", ["rev-parse", "--short", "HEAD"], { cwd: ROOT });
    const { stdout: changed } = await run("git", ["status", "--porcelain", "src", "bench", "models"], { cwd: ROOT });
    return stdout.trim() + (changed === "" ? "" : "+");
  } catch {
    return "unknown";
  }
}
