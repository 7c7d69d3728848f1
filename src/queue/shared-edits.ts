/** Edits handed to workers over Redis: asked for here, made anywhere, their files brought here again. */
import { randomBytes } from "node:crypto";
import { basename } from "node:path";
import { type Job, Queue, QueueEvents } from "bullmq";
import type { Redis } from "ioredis";
import type { EditOptions, EditOutcome, EditRequest } from "../engine/api.ts";
import { EditError } from "../errors.ts";
import type { BlobRef } from "../session/hash-file.ts";
import type { SharedBlobs } from "./blobs/shared-blobs.ts";
import { FrameListener } from "./frames.ts";
import { packWish, unpackOutcome } from "./pack.ts";
import {
  CANCELS,
  cancelKey,
  type EditJob,
  LANES,
  type Lane,
  PREFIX,
  PROTOCOL_VERSION,
  returnedSchema,
} from "./protocol.ts";
import { unavailable, within } from "./redis.ts";
import { failureFrom } from "./shared-failures.ts";
import { urgencyOf } from "./urgency.ts";
import { Waiting } from "./waiting.ts";

export interface SharedEditsOptions {
  readonly redis: Redis;
  /** For people: where Redis is. */
  readonly place: string;
  readonly blobs: SharedBlobs;
  /** Where this machine keeps its models. */
  readonly home: string;
  readonly log?: (line: string) => void;
  /** How often an edit is looked after beside what Redis tells, and how long Redis may be silent when one is asked for.
   * Defaults 5000 and 10000. */
  readonly lookMs?: number;
  readonly askMs?: number;
}

/** How often an edit is tried, always with its own seed, when a worker's engine or store fails. */
const ATTEMPTS = 3;
const BACKOFF_MS = 1000;
/** What nobody fetched is kept for six days: a session may be opened that late, and its blobs are kept for seven. */
const KEEP_SECONDS = 6 * 86_400;
/** A worker lets go of a cancelled edit within 5 s; then it is given up here. */
const CANCEL_MS = 8000;
const CLOSE_MS = 2000;

type EditQueue = Queue<EditJob>;
type EditJobHandle = Job<EditJob>;

export class SharedEdits {
  readonly #options: SharedEditsOptions;
  readonly #queues: Readonly<Record<Lane, EditQueue>>;
  readonly #events: readonly QueueEvents[];
  /** BullMQ leaves open what it was given. */
  readonly #connections: readonly Redis[];
  readonly #frames: FrameListener;
  readonly #waiting = new Map<string, Waiting>();

  constructor(options: SharedEditsOptions) {
    this.#options = options;
    const { redis, log = () => {} } = options;
    const heard = (error: Error) => log(`queue: ${error.message}`);
    const made = LANES.map((lane) => {
      const queue: EditQueue = new Queue(lane, { connection: redis, prefix: PREFIX });
      queue.on("error", heard);
      return [lane, queue] as const;
    });
    this.#queues = Object.fromEntries(made) as Record<Lane, EditQueue>; // every lane is there
    const lanes = LANES.map((lane) => ({ lane, connection: redis.duplicate() }));
    this.#connections = lanes.map(({ connection }) => connection);
    this.#events = lanes.map(({ lane, connection }) => this.#listen(lane, connection, heard));
    this.#frames = new FrameListener(redis.duplicate(), `${PREFIX}:frames:${randomBytes(6).toString("hex")}`);
  }

  /** Resolves when nothing that happens is missed any more. */
  async ready(): Promise<void> {
    await Promise.all([...this.#events.map((events) => events.waitUntilReady()), this.#frames.ready()]);
  }

  /** As an engine's `edit`. Throws `queue-unavailable` and `store-unavailable` besides. What was made is kept by the queue
   * until `settled`. */
  async edit(request: EditRequest, options: EditOptions = {}): Promise<EditOutcome> {
    const { blobs, home } = this.#options;
    const { signal, onPreview } = options;
    const editId = basename(request.dir);
    if (signal?.aborted) throw cancelled(editId);
    const wish = await packWish(request, blobs, home);
    const data: EditJob = {
      version: PROTOCOL_VERSION,
      wish,
      ...(onPreview ? { frames: this.#frames.channel } : {}),
    };
    const queue = this.#queues[laneOf(request)];
    const priority = urgencyOf(request.recipe.quality, options);
    const add = () => this.#add(queue, editId, data, priority);
    const asked = async () => {
      await add();
      return add;
    };
    return this.#fetched(queue, request.dir, asked, options);
  }

  /** Whether the edit waits, is being made or has ended. Throws `queue-unavailable`. */
  async isHanded(editId: string): Promise<boolean> {
    return (await this.#find(editId)) !== undefined;
  }

  /** As `edit`, for one that a process asked for which is no more: nothing is asked for again that is there. Throws
   * `interrupted` where it is not. */
  async resume(dir: string, options: EditOptions = {}): Promise<EditOutcome> {
    const editId = basename(dir);
    const found = await this.#find(editId);
    if (found === undefined) {
      const hint = "Start the edit again";
      throw new EditError("interrupted", `Expected edit ${editId} in the queue, it is gone`, { hint });
    }
    const { queue, job } = found;
    const again = () => this.#add(queue, editId, job.data, job.opts.priority ?? 1);
    return this.#fetched(queue, dir, async () => again, options);
  }

  /** What was made into `dir` is safe: the queue forgets it. */
  settled(dir: string): void {
    // Else it is forgotten by age.
    for (const lane of LANES) void this.#queues[lane].remove(basename(dir)).catch(() => {});
  }

  /** Edits that wait and that are being made, and the workers, of each lane. */
  async depth(): Promise<Record<Lane, { waiting: number; active: number; workers: number }>> {
    const each = LANES.map(async (lane) => {
      const queue = this.#queues[lane];
      const [{ waiting = 0, prioritized = 0, delayed = 0, active = 0 }, workers] = await within(
        this.#askMs,
        Promise.all([queue.getJobCounts("waiting", "prioritized", "delayed", "active"), queue.getWorkersCount()]),
      );
      return [lane, { waiting: waiting + prioritized + delayed, active, workers }] as const;
    });
    return Object.fromEntries(await Promise.all(each)) as Record<
      Lane,
      { waiting: number; active: number; workers: number }
    >;
  }

  async close(): Promise<void> {
    const closing = [...this.#events, ...LANES.map((lane) => this.#queues[lane])].map((one) => one.close());
    // Without Redis BullMQ would wait for it for ever.
    await within(CLOSE_MS, Promise.allSettled(closing)).catch(() => {});
    this.#frames.close();
    for (const connection of this.#connections) connection.disconnect();
  }

  async #find(editId: string): Promise<{ queue: EditQueue; job: EditJobHandle } | undefined> {
    for (const lane of LANES) {
      const queue = this.#queues[lane];
      const asked: Promise<EditJobHandle | undefined> = queue.getJob(editId);
      const job = await within(this.#askMs, asked).catch((cause: unknown) => {
        throw unavailable(this.#options.place, cause);
      });
      if (job !== undefined) return { queue, job };
    }
    return undefined;
  }

  /** `asked` resolves when the queue has the edit, to what asks for it again. */
  async #fetched(
    queue: EditQueue,
    dir: string,
    asked: () => Promise<() => Promise<void>>,
    options: EditOptions,
  ): Promise<EditOutcome> {
    const editId = basename(dir);
    if (options.onPreview) this.#frames.watch(editId, options.onPreview);
    try {
      const made = await this.#made(queue, editId, asked, options);
      return await unpackOutcome(made, this.#options.blobs, dir);
    } catch (error) {
      this.settled(dir);
      throw error;
    } finally {
      this.#frames.forget(editId);
    }
  }

  async #made(
    queue: EditQueue,
    editId: string,
    asked: () => Promise<() => Promise<void>>,
    options: EditOptions,
  ): Promise<BlobRef> {
    const { signal } = options;
    const waiting = new Waiting(options);
    this.#waiting.set(editId, waiting);
    const cancel = () => void this.#cancel(queue, editId, waiting);
    try {
      const add = await asked();
      signal?.addEventListener("abort", cancel, { once: true });
      if (signal?.aborted) cancel();
      const look = () => this.#look(queue, editId, waiting, add);
      const timer = setInterval(() => void look().catch(() => {}), this.#options.lookMs ?? 5000);
      void look().catch(() => {});
      try {
        return await waiting.made;
      } finally {
        clearInterval(timer);
      }
    } finally {
      signal?.removeEventListener("abort", cancel);
      this.#waiting.delete(editId);
    }
  }

  /** The same id is never added twice: an edit that is there already stays as it is. */
  async #add(queue: EditQueue, editId: string, data: EditJob, priority: number): Promise<void> {
    const keep = { age: KEEP_SECONDS };
    const retries = { attempts: ATTEMPTS, backoff: { type: "exponential", delay: BACKOFF_MS } };
    const options = { jobId: editId, priority, removeOnComplete: keep, removeOnFail: keep, ...retries };
    await within(this.#askMs, queue.add("edit", data, options)).catch((cause: unknown) => {
      throw unavailable(this.#options.place, cause);
    });
  }

  /** What Redis told may have been missed, and what Redis held may be lost: then it is asked for again. */
  async #look(queue: EditQueue, editId: string, waiting: Waiting, add: () => Promise<void>): Promise<void> {
    const job: EditJobHandle | undefined = await queue.getJob(editId);
    if (waiting.isOver) return;
    if (job === undefined) {
      if (!waiting.isCancelled) await add();
      return;
    }
    const state = await job.getState();
    if (state === "completed") waiting.done(returnedSchema.parse(job.returnvalue).made);
    else if (state === "failed") waiting.failed(failureFrom(job.failedReason, editId));
    else if (state === "active") {
      waiting.turn();
      waiting.progress(job.progress);
    } else waiting.wait(await this.#ahead(queue, editId));
  }

  /** Edits of the lane that go first. */
  async #ahead(queue: EditQueue, editId: string): Promise<number> {
    return (await this.#options.redis.zrank(queue.toKey("prioritized"), editId)) ?? 0;
  }

  async #cancel(queue: EditQueue, editId: string, waiting: Waiting): Promise<void> {
    waiting.cancel();
    const { redis } = this.#options;
    const gone = () => waiting.failed(cancelled(editId));
    const late = setTimeout(gone, CANCEL_MS);
    try {
      await redis.set(cancelKey(editId), "1", "EX", KEEP_SECONDS);
      // 0: a worker has it.
      if ((await queue.remove(editId)) === 1) gone();
      else await redis.publish(CANCELS, editId);
    } catch {
      gone(); // the key stands as soon as Redis is back
    }
    await waiting.made.catch(() => {});
    clearTimeout(late);
  }

  #listen(lane: Lane, connection: Redis, heard: (error: Error) => void): QueueEvents {
    const events = new QueueEvents(lane, { connection, prefix: PREFIX });
    events.on("error", heard);
    const of = (jobId: string) => this.#waiting.get(jobId);
    events.on("active", ({ jobId }) => of(jobId)?.turn());
    events.on("progress", ({ jobId, data }) => of(jobId)?.progress(data));
    events.on("stalled", ({ jobId }) => of(jobId)?.wait(0));
    events.on("completed", ({ jobId, returnvalue }) => of(jobId)?.done(returnedSchema.parse(returnvalue).made));
    events.on("failed", ({ jobId, failedReason }) => of(jobId)?.failed(failureFrom(failedReason, jobId)));
    return events;
  }

  get #askMs(): number {
    return this.#options.askMs ?? 10_000;
  }
}

function laneOf({ recipe }: EditRequest): Lane {
  return recipe.quality === "preview" ? "preview" : "model";
}

function cancelled(editId: string): EditError {
  return new EditError("cancelled", `Edit ${editId} was cancelled`);
}
