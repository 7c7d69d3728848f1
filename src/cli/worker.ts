/** dragflow worker: makes edits that servers elsewhere ask for, until it is told to stop. */
import { type Command, InvalidArgumentError } from "commander";
import { EditError } from "../errors.ts";
import type { EditWorker, JobRecord } from "../queue/index.ts";
import { openHome } from "../session/index.ts";
import type { CliRun } from "./deps.ts";
import { count } from "./flags.ts";
import { blobsOf, type QueueFlags, redisUrlOf, withQueueFlags } from "./shared-queue.ts";

interface WorkerFlags extends QueueFlags {
  readonly home?: string;
  readonly previews: number;
  readonly drainSeconds: number;
  readonly healthHost: string;
  readonly healthPort?: number;
  readonly leaseSeconds: number;
}

const HELP = `
A worker takes edits from the queue of DRAGFLOW_REDIS_URL, makes them with its own copy of the model and gives their files
to the blob store. Start as many as there are GPUs (or, on CPUs, one for every few cores): each makes one edit with a model
at a time, and previews beside it. Servers and workers need the same Redis, the same --blobs, the same version and the same
models. A worker that dies loses nothing: its edit waits again after --lease-seconds and becomes the same picture.

  SIGTERM, SIGINT  takes no more; what runs may end within --drain-seconds, then it goes back to the queue; exit 0
  /healthz /readyz /metrics  on --health-port
`;

export function addWorker(program: Command, run: CliRun): void {
  const command = program.command("worker").description("make edits that servers ask for over a queue on Redis");
  withQueueFlags(command)
    .option("--home <dir>", "data folder: pulled models lie in it (DRAGFLOW_HOME)")
    .option("--previews <n>", "previews made at a time, beside the one edit with a model", count, 2)
    .option("--drain-seconds <n>", "how long an edit may go on when told to stop", seconds, 20)
    .option("--lease-seconds <n>", "a worker that is silent for that long is taken for dead", count, 15)
    .option("--health-port <n>", "serve /healthz, /readyz and /metrics there", port)
    .option("--health-host <address>", "address of --health-port", "127.0.0.1")
    .addHelpText("after", HELP)
    .action((flags: WorkerFlags) => work(run, flags));
}

async function work(run: CliRun, flags: WorkerFlags): Promise<void> {
  const url = redisUrlOf(run, flags);
  if (url === undefined) {
    throw new EditError("usage", "Expected a queue to take edits from, got none", {
      hint: "Set DRAGFLOW_REDIS_URL or --redis-url, as on the server: redis://host:6379",
    });
  }
  const log = (line: string) => run.stderr.write(`dragflow: ${line}\n`);
  const home = await openHome({ env: run.env, ...(flags.home === undefined ? {} : { flag: flags.home }) });
  if (home.warning !== undefined) log(`warning home-not-writable: ${home.warning}`);
  const { connectRedis, EditWorker, openBlobs, shownUrl, WorkerHealth } = await import("../queue/index.ts");
  const blobs = await openBlobs({ named: blobsOf(run, flags), home: home.dir, env: run.env });
  await blobs.probe();
  const redis = await connectRedis(url);
  const engine = await run.createEngine({ home: home.dir });
  const health = new WorkerHealth(redis);
  const onJob = (record: JobRecord) => {
    health.seen(record);
    run.stderr.write(`${JSON.stringify({ time: Date.now(), ...record })}\n`);
  };
  const { previews, leaseSeconds } = flags;
  const wish = { redis, blobs, engine, home: home.dir, previews, leaseMs: leaseSeconds * 1000, onJob, log };
  try {
    const worker = new EditWorker(wish);
    await worker.ready();
    if (flags.healthPort !== undefined) {
      log(`health on http://${flags.healthHost}:${await health.listen(flags.healthPort, flags.healthHost)}`);
    }
    log(`worker ${worker.name} takes edits from ${shownUrl(url)}; files lie in ${blobs.place}`);
    await stopped(run.signal);
    health.stopping();
    await drained(worker, flags.drainSeconds, log);
  } finally {
    await health.close();
    await engine.close();
    blobs.close();
    redis.disconnect();
  }
}

async function drained(worker: EditWorker, drainSeconds: number, log: (line: string) => void): Promise<void> {
  const { running } = worker.counts;
  log(`stopping${running > 0 ? `; ${running} under way may take ${drainSeconds} s` : ""}`);
  await worker.close(drainSeconds * 1000);
  log(`stopped after ${worker.counts.made} edits`);
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError("Expected a number from 0 on.");
}

function port(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= 65535) return value;
  throw new InvalidArgumentError("Expected an integer from 0 to 65535.");
}
