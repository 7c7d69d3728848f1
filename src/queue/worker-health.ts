/** Whether a worker lives, over HTTP: for health checks of containers and for Prometheus. */
import { createServer, type Server, type ServerResponse } from "node:http";
import type { Redis } from "ioredis";
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { EditError } from "../errors.ts";
import type { JobRecord } from "./edit-worker.ts";
import { within } from "./redis.ts";

/** Redis may take this long to answer before the worker is not ready. */
const ASK_MS = 2000;

export class WorkerHealth {
  readonly #redis: Redis;
  readonly #registry = new Registry();
  readonly #edits: Counter<"lane" | "status">;
  readonly #seconds: Counter<"lane">;
  readonly #running: Gauge;
  #server: Server | undefined;
  #accepting = true;

  constructor(redis: Redis) {
    this.#redis = redis;
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#edits = new Counter({
      name: "dragflow_worker_edits_total",
      help: "Edits that this worker has ended",
      labelNames: ["lane", "status"],
      registers,
    });
    this.#seconds = new Counter({
      name: "dragflow_worker_busy_seconds_total",
      help: "Seconds that went into edits",
      labelNames: ["lane"],
      registers,
    });
    this.#running = new Gauge({ name: "dragflow_worker_running", help: "Edits under way", registers });
  }

  /** Told of each job's beginning and end. */
  seen({ lane, status, seconds = 0 }: JobRecord): void {
    if (status === "begun") {
      this.#running.inc();
      return;
    }
    this.#running.dec();
    this.#edits.inc({ lane, status });
    this.#seconds.inc({ lane }, seconds);
  }

  /** Port 0 takes any free one; resolves to the one taken. Throws `address-unavailable`. */
  async listen(port: number, host: string): Promise<number> {
    const server = createServer((request, response) => void this.#answer(request.url ?? "/", response));
    await new Promise<void>((resolve, reject) => {
      server.once("error", (cause) => {
        const message = `Expected to listen on ${host}:${port}, got: ${cause.message}`;
        reject(new EditError("address-unavailable", message, { hint: "Choose another --health-port", cause }));
      });
      server.listen(port, host, resolve);
    });
    this.#server = server;
    const address = server.address();
    return typeof address === "object" && address ? address.port : port;
  }

  stopping(): void {
    this.#accepting = false;
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  async #answer(path: string, response: ServerResponse): Promise<void> {
    if (path === "/healthz") return say(response, 200, "ok");
    if (path === "/readyz") return this.#ready(response);
    if (path !== "/metrics") return say(response, 404, "not-found");
    response.writeHead(200, { "content-type": this.#registry.contentType }).end(await this.#registry.metrics());
  }

  async #ready(response: ServerResponse): Promise<void> {
    if (!this.#accepting) return say(response, 503, "stopping");
    const answers = await within(ASK_MS, this.#redis.ping()).then(
      () => true,
      () => false,
    );
    return answers ? say(response, 200, "ready") : say(response, 503, "queue-unavailable");
  }
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify({ status: text })}\n`);
}
