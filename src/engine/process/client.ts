/** The engine as one child process: calls wait here and go out one at a time, progress comes back, a crash is one call's
 * error. */
import type { ChildProcess } from "node:child_process";
import type {
  CallOptions,
  CompareRequest,
  EditOptions,
  EditRequest,
  Engine,
  ExportRequest,
  LiveRequest,
  LookRequest,
  PlanRequest,
  SelectRequest,
} from "../api.ts";
import { type ChildOptions, post, startChild } from "./child.ts";
import { cancelled, endedBy, revive } from "./failures.ts";
import type { FromWorker, Method, RequestOf, ResultOf } from "./protocol.ts";

export interface ClientOptions extends ChildOptions {
  /** How long a cancelled call, or a closing process, may take to stop by itself before it is killed. Default 5000. */
  readonly graceMs?: number;
}

const GRACE_MS = 5000;

interface Call {
  readonly id: number;
  readonly method: Method;
  readonly request: unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onProgress: CallOptions["onProgress"];
  readonly onPreview: EditOptions["onPreview"];
}

/** Starts its process at the first call, keeps it warm, starts a new one after a crash. */
export class EngineClient implements Engine {
  readonly #options: ClientOptions;
  readonly #waiting: Call[] = [];
  /** The call that the process works on. */
  #current: Call | undefined;
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
  live(request: LiveRequest, options?: CallOptions) {
    return this.#call("live", request, options);
  }
  compare(request: CompareRequest, options?: CallOptions) {
    return this.#call("compare", request, options);
  }
  edit(request: EditRequest, options?: EditOptions) {
    return this.#call("edit", request, options);
  }
  exportImage(request: ExportRequest, options?: CallOptions) {
    return this.#call("exportImage", request, options);
  }

  /** Ends the process; calls still in flight or waiting are rejected as `cancelled`. A later call starts a new one. */
  async close(): Promise<void> {
    for (const call of this.#waiting.splice(0)) call.reject(cancelled());
    const child = this.#child;
    if (child === undefined) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    this.#abandon(child, cancelled());
    if (child.connected) child.disconnect();
    const timer = setTimeout(() => child.kill("SIGKILL"), this.#grace); // it hangs inside one operation
    await ended;
    clearTimeout(timer);
  }

  /** The child's process id, for tests that kill it. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Calls that have no answer yet. */
  get load(): number {
    return this.#waiting.length + (this.#current === undefined ? 0 : 1);
  }

  async #call<M extends Method>(method: M, request: RequestOf<M>, options: EditOptions = {}): Promise<ResultOf<M>> {
    const { signal, onProgress, onPreview } = options;
    if (signal?.aborted) throw cancelled();
    let stop = () => {};
    const answer = new Promise<unknown>((resolve, reject) => {
      const call = { id: this.#nextId++, method, request, resolve, reject, onProgress, onPreview };
      this.#waiting.push(call);
      stop = () => this.#cancel(call);
    });
    signal?.addEventListener("abort", stop, { once: true });
    this.#next();
    try {
      return (await answer) as ResultOf<M>; // the worker answers a method with that method's result
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  get #grace(): number {
    return this.#options.graceMs ?? GRACE_MS;
  }

  #next(): void {
    if (this.#current !== undefined) return;
    const call = this.#waiting.shift();
    if (call === undefined) return;
    this.#current = call;
    this.#child ??= this.#started();
    const { id, method, request, onPreview } = call;
    post(this.#child, { type: "call", id, method, request, previews: onPreview !== undefined });
  }

  /** One that waits ends at once; the one at work is asked to stop, and its process killed if it does not. */
  #cancel(call: Call): void {
    const place = this.#waiting.indexOf(call);
    if (place >= 0) {
      this.#waiting.splice(place, 1);
      call.reject(cancelled());
      return;
    }
    const child = this.#child;
    if (this.#current !== call || child === undefined) return;
    post(child, { type: "cancel", id: call.id });
    const timer = setTimeout(() => {
      if (this.#current !== call) return;
      child.kill("SIGKILL");
      this.#abandon(child, cancelled());
    }, this.#grace);
    timer.unref();
  }

  #started(): ChildProcess {
    const child = startChild(this.#options, {
      message: (message) => this.#receive(message),
      ended: (ending) => this.#abandon(child, endedBy(ending)),
    });
    return child;
  }

  #receive(message: FromWorker): void {
    const call = message.type !== "ready" && message.id === this.#current?.id ? this.#current : undefined;
    if (call === undefined) return;
    switch (message.type) {
      case "ready":
        return;
      case "progress":
        call.onProgress?.(message.progress);
        return;
      case "preview":
        call.onPreview?.(message.preview);
        return;
      case "done":
        this.#settle(() => call.resolve(message.result));
        return;
      case "failed":
        this.#settle(() => call.reject(revive(message.error)));
        return;
      default:
        message satisfies never;
    }
  }

  #settle(answer: () => void): void {
    this.#current = undefined;
    answer();
    this.#next();
  }

  /** The process is gone or given up: its call fails, those that wait go to the next process. */
  #abandon(child: ChildProcess, reason: Error): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    const call = this.#current;
    if (call !== undefined) this.#settle(() => call.reject(reason));
  }
}
