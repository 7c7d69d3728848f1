/** Workers as processes, and what they and their children cost. */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

export interface Place {
  readonly url: string;
  readonly blobs: string;
  readonly home: string;
}

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const WAITING = fileURLToPath(new URL("./waiting-worker.ts", import.meta.url));

/** `dragflow worker`, once it takes edits. */
export function realWorker({ url, blobs, home }: Place): Promise<ChildProcess> {
  const flags = ["--redis-url", url, "--blobs", blobs, "--home", home];
  const stdio = ["ignore", "ignore", "pipe"] as const;
  const child = spawn(process.execPath, [...process.execArgv, MAIN, "worker", ...flags], { stdio: [...stdio] });
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr?.on("data", (text) => {
      said += String(text);
      if (said.includes("takes edits")) resolve(child);
    });
    child.once("exit", () => reject(new Error(`the worker ended:\n${said}`)));
  });
}

export function waitingWorker({ url, blobs, home }: Place, folder: string, ms: number): Promise<ChildProcess> {
  const child = fork(WAITING, [url, blobs, home, folder, String(ms)], { execArgv: process.execArgv });
  return new Promise((resolve, reject) => {
    child.once("message", () => resolve(child));
    child.once("exit", (code) => reject(new Error(`the worker ended with ${code}`)));
  });
}

export function gone(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}

/** Seconds of processor that the process and its living children have used (proc(5), Linux). */
export async function processorSeconds(pid: number): Promise<number> {
  const line = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
  const own = (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100;
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "")).trim();
  const each = await Promise.all(
    children === "" ? [] : children.split(" ").map((child) => processorSeconds(Number(child))),
  );
  return each.reduce((sum, seconds) => sum + seconds, own);
}
