/** Where and of what a figure was measured. */
import { execFile } from "node:child_process";
import { availableParallelism, cpus, totalmem } from "node:os";
import { promisify } from "node:util";

export interface Circumstances {
  /** Short hash; with "+" where files differ from it. */
  readonly commit: string;
  readonly machine: string;
  /** YYYY-MM-DD */
  readonly date: string;
}

export async function circumstances(): Promise<Circumstances> {
  const git = async (...args: string[]) => (await promisify(execFile)("git", args)).stdout.trim();
  const hash = await git("rev-parse", "--short", "HEAD");
  const changed = await git("status", "--porcelain", "--untracked-files=no", "src");
  const [cpu] = cpus();
  const processor = `${availableParallelism()} x ${cpu?.model.trim() ?? "unknown processor"}`;
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  return {
    commit: changed === "" ? hash : `${hash}+`,
    machine: `${processor}, ${memory}, Node ${process.versions.node}`,
    date: new Date().toISOString().slice(0, 10),
  };
}
