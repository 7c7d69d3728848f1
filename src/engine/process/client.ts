/** The engine as a child process: calls go out as messages, progress comes back, a crash is one call's error. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { EditError, type ErrorRecord, isErrorCode } from "../../errors.ts";
import type {
  CallOptions,
  EditRequest,
  Engine,
  ExportRequest,
  LookRequest,
  PlanRequest,
  SelectRequest,
} from "../api.ts";
import type { FromWorker, Method, RequestOf, ResultOf, ToWorker } from "./protocol.ts";

export interface ClientOptions {
  /** Data folder of the engine. */
  readonly home: string;
  /** How long a cancelled call, or a closing process, may take to stop by itself before it is killed. Default 5000. */
  readonly graceMs?: number;
  /** Another worker module than the engine's own, speaking the same protocol. */
  readonly worker?: URL;
}

const GRACE_MS = 5000;

interface Pending {
  /** Whose answer is awaited: an ended process fails its own calls, not those of its successor. */
  readonly child: ChildProcess;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onProgress: CallOptions["onProgress"];
}

export function createEngine(options: ClientOptions): Engine {
  return new EngineClient(options);
}

/** Starts its process at the first call, keeps it warm, starts a new one after a crash. */
export class EngineClient implements Engine {
  readonly #options: ClientOptions;
  readonly #pending = new Map<number, Pending>();
  #child: ChildProcess | undefined;
  #nextId = 1;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  inspect(image: string, options?: CallOptions) {
    return this.#call("inspect", image, options);
  }
  look(request: LookRequest, options?: CallOptions) {
    return this.#call("look", request, options);
  }
  select(request: SelectRequest, options?: CallOptions) {
    return this.#call("select", request, options);
  }
  guesses(image: string, options?: CallOptions) {
    return this.#call("guesses", image, options);
  }
  plan(request: PlanRequest, options?: CallOptions) {
    return this.#call("plan", request, options);
  }
  edit(request: EditRequest, options?: CallOptions) {
    return this.#call("edit", request, options);
  }
  exportImage(request: ExportRequest, options?: CallOptions) {
    return this.#call("exportImage", request, options);
  }

  /** Ends the process; calls still in flight are rejected as `cancelled`. A later call starts a new one. */
  async close(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    this.#abandon(child, cancelled);
    if (child.connected) child.disconnect();
    const timer = setTimeout(() => child.kill("SIGKILL"), this.#grace); // it hangs inside one operation
    await ended;
    clearTimeout(timer);
  }

  /** The child's process id, for tests that kill it. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async #call<M extends Method>(method: M, request: RequestOf<M>, options: CallOptions = {}): Promise<ResultOf<M>> {
    const { signal, onProgress } = options;
    if (signal?.aborted) throw cancelled();
    const child = this.#started();
    const id = this.#nextId++;
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { child, resolve, reject, onProgress });
    });
    post(child, { type: "call", id, method, request });
    const stop = () => this.#cancel(child, id);
    signal?.addEventListener("abort", stop, { once: true });
    try {
      return (await answer) as ResultOf<M>; // the worker answers a method with that method's result
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  get #grace(): number {
    return this.#options.graceMs ?? GRACE_MS;
  }

  #cancel(child: ChildProcess, id: number): void {
    post(child, { type: "cancel", id });
    const timer = setTimeout(() => {
      if (!this.#pending.has(id)) return;
      this.#settle(id, (pending) => pending.reject(cancelled()));
      this.#abandon(child, () => crashed("it was killed because a cancelled call did not stop"));
      child.kill("SIGKILL");
    }, this.#grace);
    timer.unref();
  }

  #started(): ChildProcess {
    if (this.#child !== undefined) return this.#child;
    const { entry, execArgv } = workerEntry(this.#options.worker);
    const child = fork(entry, {
      execArgv,
      serialization: "advanced",
      env: { ...process.env, DRAGFLOW_ENGINE_HOME: this.#options.home },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    child.on("message", (message: FromWorker) => this.#receive(message));
    child.on("exit", (code, exitSignal) => this.#ended(child, code, exitSignal));
    child.on("error", () => this.#ended(child, null, null));
    this.#child = child;
    return child;
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case "ready":
        return;
      case "progress":
        this.#pending.get(message.id)?.onProgress?.(message.progress);
        return;
      case "done":
        this.#settle(message.id, (pending) => pending.resolve(message.result));
        return;
      case "failed":
        this.#settle(message.id, (pending) => pending.reject(revive(message.error)));
        return;
      default:
        message satisfies never;
    }
  }

  #settle(id: number, act: (pending: Pending) => void): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (pending !== undefined) act(pending);
  }

  #ended(child: ChildProcess, code: number | null, exitSignal: NodeJS.Signals | null): void {
    this.#abandon(child, () => crashed(exitSignal === null ? `exit code ${code}` : `signal ${exitSignal}`));
  }

  /** No call goes to this process any more, and none waits for it. */
  #abandon(child: ChildProcess, reason: () => EditError): void {
    if (this.#child === child) this.#child = undefined;
    for (const [id, pending] of [...this.#pending]) {
      if (pending.child === child) this.#settle(id, ({ reject }) => reject(reason()));
    }
  }
}

/** Beside this file: compiled when this file is, TypeScript through tsx when it runs from source. tsx is named by its
 * place, because a bare name would be looked up from the current directory. */
function workerEntry(other: URL | undefined): { entry: string; execArgv: string[] } {
  const fromSource = import.meta.url.endsWith(".ts");
  const entry = other ?? new URL(fromSource ? "./worker.ts" : "./worker.js", import.meta.url);
  return { entry: fileURLToPath(entry), execArgv: fromSource ? ["--import", import.meta.resolve("tsx")] : [] };
}

function post(child: ChildProcess, message: ToWorker): void {
  if (child.connected) child.send(message);
}

function cancelled(): EditError {
  return new EditError("cancelled", "The edit was cancelled");
}

function crashed(how: string): EditError {
  const hint = "Try again; if it happens again, use a smaller working size or picture.";
  return new EditError("engine-crashed", `The engine's process ended (${how}) while it was working`, { hint });
}

function revive({ code, message, hint }: ErrorRecord): Error {
  if (!isErrorCode(code)) return new Error(message);
  return new EditError(code, message, hint === undefined ? {} : { hint });
}
