/** Starting a child process of the engine. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { EngineOptions } from "../local.ts";
import { ownModule } from "../own-module.ts";
import { type Ending, memoryKillsSoFar } from "./failures.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";

/** `model` runs edits with a model, one at a time; `retouch` all that must not wait for one. */
export const KINDS = ["model", "retouch"] as const;
export type Kind = (typeof KINDS)[number];

export interface ChildOptions extends EngineOptions {
  readonly kind?: Kind;
  /** Another worker module than the engine's own, speaking the same protocol. */
  readonly worker?: URL;
  /** Processes that were started in advance. */
  readonly spares?: { take(kind: Kind): ChildProcess | undefined };
}

export interface ChildEvents {
  message(message: FromWorker): void;
  ended(ending: Ending): void;
}

/** A spare one of that kind where there is one, else a new process. */
export function startChild(options: ChildOptions, on: ChildEvents): ChildProcess {
  const { kind = "retouch", worker, spares, home, threads, maxPixels } = options;
  const kills = memoryKillsSoFar();
  const child = spares?.take(kind) ?? forkWorker(kind, worker);
  child.on("message", on.message);
  child.on("exit", (code, signal) => on.ended({ code, signal, memoryKills: memoryKillsSoFar() - kills }));
  child.on("error", () => on.ended({ code: null, signal: null, memoryKills: 0 }));
  const limits = { ...(threads === undefined ? {} : { threads }), ...(maxPixels === undefined ? {} : { maxPixels }) };
  post(child, { type: "start", options: { home, ...limits } });
  return child;
}

/** Both kinds are one program; the kind is its argument, so that lists of processes show it. */
export function forkWorker(kind: Kind, worker?: URL): ChildProcess {
  const { entry, execArgv } = workerEntry(worker);
  const stdio = ["ignore", "ignore", "inherit", "ipc"] as const;
  return fork(entry, [kind], { execArgv, serialization: "advanced", stdio: [...stdio] });
}

export function post(child: ChildProcess, message: ToWorker): void {
  if (child.connected) child.send(message);
}

/** Beside this file, or another one. */
function workerEntry(other: URL | undefined): { entry: string; execArgv: string[] } {
  const { url, execArgv } = ownModule("./worker", import.meta.url);
  return { entry: fileURLToPath(other ?? url), execArgv: [...execArgv] };
}
