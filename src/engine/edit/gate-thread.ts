/** Gates measured on a thread of their own, because a model's graphs or an edit's files hold the one that runs them. */
import type { Worker } from "node:worker_threads";
import type { Gates } from "../api.ts";
import { ownThread } from "../own-module.ts";
import type { Rgb } from "../raster.ts";
import type { GateRegion } from "../retouch/gates.ts";

/** To the thread; `open` says what the pictures that follow are measured against. */
export type ToGateThread =
  | { readonly type: "open"; readonly before: Rgb; readonly regions: readonly GateRegion[] }
  | { readonly type: "measure"; readonly id: number; readonly picture: Rgb };

export type FromGateThread =
  | { readonly type: "ready" }
  | { readonly type: "gates"; readonly id: number; readonly gates: Gates }
  | { readonly type: "failed"; readonly id: number; readonly error: unknown };

interface Waiting {
  resolve(gates: Gates): void;
  reject(cause: unknown): void;
}

/** Starts when told or with its first picture, and stays; alone it keeps no process alive. Serves one edit at a time. */
export class GateThread {
  #worker: Worker | undefined;
  #loaded: Worker | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  /** Started, and all that it needs loaded. */
  get ready(): boolean {
    return this.#worker !== undefined && this.#loaded === this.#worker;
  }

  /** Loads what it needs while its caller does something else. */
  start(): void {
    this.#running();
  }

  /** As `gateMeter`; the meter before it is forgotten. */
  meter(before: Rgb, regions: readonly GateRegion[]): (picture: Rgb) => Promise<Gates> {
    const worker = this.#running();
    post(worker, { type: "open", before, regions });
    return (picture) => this.#measure(worker, picture);
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #measure(worker: Worker, picture: Rgb): Promise<Gates> {
    if (worker !== this.#worker) return Promise.reject(new Error("The thread that measures has ended"));
    const id = ++this.#last;
    worker.ref();
    post(worker, { type: "measure", id, picture });
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #running(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = ownThread("./gate-worker", import.meta.url);
    worker.unref();
    worker.on("message", (message: FromGateThread) => this.#answered(worker, message));
    worker.on("error", (cause) => this.#ended(worker, cause));
    worker.on("exit", () => this.#ended(worker, new Error("The thread that measures has ended")));
    this.#worker = worker;
    return worker;
  }

  #answered(worker: Worker, message: FromGateThread): void {
    if (message.type === "ready") {
      this.#loaded = worker;
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (this.#waiting.size === 0) worker.unref();
    if (message.type === "gates") waiting?.resolve(message.gates);
    else waiting?.reject(message.error);
  }

  /** Whoever waits is told; the next meter starts another. */
  #ended(worker: Worker, cause: unknown): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(cause);
    this.#waiting.clear();
  }
}

function post(worker: Worker, message: ToGateThread): void {
  worker.postMessage(message);
}
