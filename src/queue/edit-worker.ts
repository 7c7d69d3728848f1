/** A worker: takes edits from the shared queue, makes them with its own engine, gives their files to the blob store. */
import { hostname } from "node:os";
import { type Job, UnrecoverableError, WaitingError, Worker } from "bullmq";
import type { Redis } from "ioredis";
import type { Engine } from "../engine/api.ts";
import { EditError, errorRecord } from "../errors.ts";
import type { SharedBlobs } from "./blobs/shared-blobs.ts";
import { CancelListener } from "./cancels.ts";
import { type EditJob, failureText, jobSchema, LANES, type Lane, PREFIX } from "./protocol.ts";
import { within } from "./redis.ts";
import { runJob } from "./run-job.ts";
import { isTransient } from "./shared-failures.ts";

export interface EditWorkerOptions {
  readonly redis: Redis;
  readonly blobs: SharedBlobs;
  readonly engine: Engine;
  /** Where this machine keeps its models. */
  readonly home: string;
  /** Previews made at a time. Default 2. */
  readonly previews?: number;
  /** How long a worker that says nothing is believed to live. Default 15 000. */
  readonly leaseMs?: number;
  readonly onJob?: (record: JobRecord) => void;
  readonly log?: (line: string) => void;
}

/** What is logged of a job: no words of people, no names of pictures. */
export interface JobRecord {
  readonly editId: string;
  readonly lane: Lane;
  /** From 1 on. */
  readonly attempt: number;
  readonly status: "begun" | "done" | "failed" | "cancelled" | "handed-back" | "lost";
  readonly seconds?: number;
  readonly code?: string;
}

const LEASE_MS = 15_000;
/** An idle worker looks for itself that often: of an edit that was handed back Redis tells nobody. */
const LOOK_SECONDS = 1;
/** How long an engine may take to let go, and Redis to take leave. */
const CLOSE_MS = 8000;
/** Workers that may be lost over one edit before it is given up. */
const LOSSES = 3;

/** Why a job is stopped that nobody has cancelled. */
const HANDED_BACK = "handed-back";
const LOST = "lost";

export class EditWorker {
  readonly name: string;
  readonly #options: EditWorkerOptions;
  readonly #workers: readonly Worker<EditJob>[];
  /** BullMQ leaves open what it was given. */
  readonly #connections: readonly Redis[];
  readonly #cancels: CancelListener;
  readonly #running = new Map<string, AbortController>();
  #made = 0;

  constructor(options: EditWorkerOptions) {
    this.#options = options;
    this.name = `${hostname()}:${process.pid}`;
    const { redis, previews = 2 } = options;
    this.#cancels = new CancelListener(redis, redis.duplicate(), (editId) => {
      this.#running.get(editId)?.abort(new EditError("cancelled", `Edit ${editId} was cancelled`));
    });
    const concurrency: Readonly<Record<Lane, number>> = { model: 1, preview: previews };
    const lanes = LANES.map((lane) => ({ lane, connection: redis.duplicate() }));
    this.#connections = lanes.map(({ connection }) => connection);
    this.#workers = lanes.map(({ lane, connection }) => this.#worker(lane, connection, concurrency[lane]));
  }

  /** Jobs under way, and those that have ended well. */
  get counts(): { running: number; made: number } {
    return { running: this.#running.size, made: this.#made };
  }

  /** Resolves when it takes jobs. */
  async ready(): Promise<void> {
    await Promise.all([...this.#workers.map((worker) => worker.waitUntilReady()), this.#cancels.ready()]);
  }

  /** Takes no more; what runs may go on for `graceMs`, then goes back to the queue, where another worker begins it anew. */
  async close(graceMs: number): Promise<void> {
    const closing = Promise.allSettled(this.#workers.map((worker) => worker.close()));
    const late = setTimeout(() => {
      for (const running of this.#running.values()) running.abort(HANDED_BACK);
    }, graceMs);
    // Without Redis BullMQ would wait for it for ever; what ran is then found stalled.
    await within(graceMs + CLOSE_MS, closing).catch(() => {});
    clearTimeout(late);
    this.#cancels.close();
    for (const connection of this.#connections) connection.disconnect();
  }

  #worker(lane: Lane, connection: Redis, concurrency: number): Worker<EditJob> {
    const { leaseMs = LEASE_MS, log = () => {} } = this.#options;
    const worker = new Worker<EditJob>(lane, (job, token) => this.#work(lane, job, token), {
      connection,
      prefix: PREFIX,
      name: this.name,
      concurrency,
      lockDuration: leaseMs,
      stalledInterval: leaseMs / 2,
      maxStalledCount: LOSSES,
      drainDelay: LOOK_SECONDS,
    });
    worker.on("error", (error) => log(`queue: ${error.message}`));
    worker.on("stalled", (editId) => log(`edit ${editId}: its worker was lost, it waits again`));
    // Another worker may have it by now: ours must not go on.
    worker.on("lockRenewalFailed", (ids) => {
      for (const id of ids) this.#running.get(id)?.abort(LOST);
    });
    return worker;
  }

  async #work(lane: Lane, job: Job<EditJob>, token: string | undefined): Promise<unknown> {
    const editId = job.id ?? "";
    const about = { editId, lane, attempt: job.attemptsStarted };
    const abort = new AbortController();
    const began = performance.now();
    const tell = (record: Pick<JobRecord, "status" | "code">) =>
      this.#options.onJob?.({ ...about, ...record, seconds: (performance.now() - began) / 1000 });
    this.#running.set(editId, abort);
    this.#options.onJob?.({ ...about, status: "begun" });
    try {
      if (await this.#cancels.isCancelled(editId)) throw new EditError("cancelled", `Edit ${editId} was cancelled`);
      const returned = await runJob(parsed(job), { ...this.#options, editId, signal: abort.signal, job });
      this.#made++;
      tell({ status: "done" });
      return returned;
    } catch (error) {
      if (abort.signal.reason === HANDED_BACK) {
        await job.moveToWait(token);
        tell({ status: "handed-back" });
        throw new WaitingError();
      }
      const record = errorRecord(error);
      const status = abort.signal.reason === LOST ? "lost" : record.code === "cancelled" ? "cancelled" : "failed";
      tell({ status, code: record.code });
      // With an error of its own BullMQ tries again; the recipe holds the seed, so another attempt makes the same picture.
      throw isTransient(error) ? new Error(failureText(record)) : new UnrecoverableError(failureText(record));
    } finally {
      this.#running.delete(editId);
    }
  }
}

/** Throws `queue-unavailable` for a job of another version: a worker of that version may take it. */
function parsed({ data }: Job<EditJob>): EditJob {
  const found = jobSchema.safeParse(data);
  if (found.success) return found.data;
  throw new EditError("queue-unavailable", "Expected a job of this worker's version, got another", {
    hint: "Servers and workers must be of one version",
  });
}
