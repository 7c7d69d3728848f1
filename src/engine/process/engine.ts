/** The engine over its child processes: edits with a model in one, all else in a few others that never wait for it. */
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
import { type ClientOptions, EngineClient } from "./client.ts";

/** An engine's options, and how many processes it may keep. */
export interface ProcessOptions extends Omit<ClientOptions, "kind"> {
  /** Most retouch processes at a time. Default 2. */
  readonly retouchers?: number;
  /** How long a retouch process beyond the first may idle before it ends. Default 60 000. */
  readonly idleMs?: number;
}

/** Starts nothing yet: a process begins with the first call that needs it. Callers must `close`. */
export function createEngine(options: ProcessOptions): Engine {
  return new ProcessEngine(options);
}

export class ProcessEngine implements Engine {
  readonly #model: EngineClient;
  readonly #retouch: RetouchPool;

  constructor(options: ProcessOptions) {
    this.#model = new EngineClient({ ...options, kind: "model" });
    this.#retouch = new RetouchPool(options);
  }

  inspect(image: string, options?: CallOptions) {
    return this.#retouch.run((client) => client.inspect(image, options));
  }
  look(request: LookRequest, options?: CallOptions) {
    return this.#retouch.run((client) => client.look(request, options));
  }
  select(request: SelectRequest, options?: CallOptions) {
    return this.#retouch.run((client) => client.select(request, options));
  }
  guesses(image: string, options?: CallOptions) {
    return this.#retouch.run((client) => client.guesses(image, options));
  }
  plan(request: PlanRequest, options?: CallOptions) {
    return this.#retouch.run((client) => client.plan(request, options));
  }
  live(request: LiveRequest, options?: CallOptions) {
    return this.#retouch.run((client) => client.live(request, options));
  }
  compare(request: CompareRequest, options?: CallOptions) {
    return this.#retouch.run((client) => client.compare(request, options));
  }
  edit(request: EditRequest, options?: EditOptions) {
    if (request.recipe.quality !== "preview") return this.#model.edit(request, options);
    return this.#retouch.run((client) => client.edit(request, options));
  }
  exportImage(request: ExportRequest, options?: CallOptions) {
    return this.#retouch.run((client) => client.exportImage(request, options));
  }

  async close(): Promise<void> {
    await Promise.all([this.#model.close(), this.#retouch.close()]);
  }

  /** Process ids, for tests. */
  get pids(): { model: number | undefined; retouch: number[] } {
    return { model: this.#model.pid, retouch: this.#retouch.pids };
  }
}

const RETOUCHERS = 2;
const IDLE_MS = 60_000;

interface Member {
  readonly client: EngineClient;
  idle: NodeJS.Timeout | undefined;
}

/** Processes are started only when all that run are at work; those beyond the first end when they have idled. */
class RetouchPool {
  readonly #members: readonly Member[];
  readonly #idleMs: number;

  constructor({ retouchers = RETOUCHERS, idleMs = IDLE_MS, ...options }: ProcessOptions) {
    const clients = Array.from({ length: retouchers }, () => new EngineClient({ ...options, kind: "retouch" }));
    this.#members = clients.map((client) => ({ client, idle: undefined }));
    this.#idleMs = idleMs;
  }

  async run<Result>(call: (client: EngineClient) => Promise<Result>): Promise<Result> {
    const member = this.#leastBusy();
    clearTimeout(member.idle);
    try {
      return await call(member.client);
    } finally {
      this.#watch(member);
    }
  }

  async close(): Promise<void> {
    for (const { idle } of this.#members) clearTimeout(idle);
    await Promise.all(this.#members.map(({ client }) => client.close()));
  }

  get pids(): number[] {
    return this.#members.flatMap(({ client: { pid } }) => (pid === undefined ? [] : [pid]));
  }

  /** Of equally busy ones the first: it is the one that is always warm. */
  #leastBusy(): Member {
    const [first, ...others] = this.#members;
    if (first === undefined) throw new TypeError("Expected at least one retouch process, got a limit of 0");
    return others.reduce((best, member) => (member.client.load < best.client.load ? member : best), first);
  }

  #watch(member: Member): void {
    clearTimeout(member.idle);
    if (member === this.#members[0]) return;
    member.idle = setTimeout(() => {
      if (member.client.load === 0) void member.client.close();
    }, this.#idleMs);
    member.idle.unref();
  }
}
