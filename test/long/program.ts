/** The program as a process of its own, to be used over the network and to be killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The source through a loader: what tests start. */
export const FROM_SOURCE: readonly string[] = ["--import", import.meta.resolve("tsx"), `${ROOT}src/cli/main.ts`];
/** What `npm run build` made: starts in a third of the time. */
export const BUILT: readonly string[] = [`${ROOT}dist/cli/main.js`];

/** Longest that a server may take to say where it is, on a machine with other work. */
const START_MS = 60_000;

export interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Resolves to how it ended. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** What it wrote to stderr so far. */
  said(): string;
}

export function run(program: readonly string[], argv: readonly string[], env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [...program, ...argv], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...env },
    cwd: ROOT,
  });
  let text = "";
  child.stderr.on("data", (chunk) => {
    text = (text + chunk).slice(-20_000);
  });
  const ended = once(child, "exit").then(([code, signal]) => ({ code, signal }));
  return { child, pid: child.pid ?? 0, ended, said: () => text };
}

export interface Serving extends Running {
  /** E.g. http://127.0.0.1:40551 */
  readonly url: string;
}

/** `dragflow serve` on a free port, once it answers. Throws where it ends instead. */
export async function serve(
  program: readonly string[],
  home: string,
  { argv = [], env = {} }: { argv?: readonly string[]; env?: Record<string, string> } = {},
): Promise<Serving> {
  const running = run(program, ["serve", "--port", "0", "--home", home, ...argv], env);
  const until = performance.now() + START_MS;
  while (performance.now() < until) {
    const url = / on (http:\/\/\S+)/.exec(running.said())?.[1];
    if (url !== undefined) return { ...running, url };
    if (running.child.exitCode !== null || running.child.signalCode !== null) break;
    await sleep(20);
  }
  running.child.kill("SIGKILL");
  throw new Error(`Expected a server that says where it is, got: ${running.said()}`);
}

/** Its own processes, and theirs. */
export async function descendants(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  const own = text
    .split(" ")
    .filter((word) => word.trim() !== "")
    .map(Number);
  return [...own, ...(await Promise.all(own.map(descendants))).flat()];
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Resolves to those that have not ended after so long: processes outlive whoever started them for a moment only. */
export async function survivors(pids: readonly number[], ms: number): Promise<number[]> {
  const until = performance.now() + ms;
  for (;;) {
    const alive = pids.filter(isAlive);
    if (alive.length === 0 || performance.now() > until) return alive;
    await sleep(50);
  }
}
