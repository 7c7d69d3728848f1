/** Edits and conversations as jobs: in each lane one runs at a time, the others wait their turn; progress is kept, every
 * job can be cancelled. */
import PQueue from "p-queue";
import type { CallOptions, Progress } from "../engine/api.ts";
import { EditError, type ErrorRecord, errorRecord } from "../errors.ts";
import { newId } from "./ids.ts";

export const JOB_STATUSES = ["queued", "running", "done", "failed", "cancelled"] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** Conversations start edits and wait for them: in one lane they would wait for ever. */
export const JOB_LANES = ["edits", "conversations"] as const;
export type JobLane = (typeof JOB_LANES)[number];

/** What a job looks like from outside, at one moment. */
export interface JobView {
  readonly jobId: string;
  readonly status: JobStatus;
  /** Jobs of its lane that run before it; present when `status` is "queued". */
  readonly ahead?: number;
  readonly progress?: Progress;
  /** What it made; present when `status` is "done" and it made an edit. */
  readonly editId?: string;
  /** What it found beside an edit, as plain JSON; present when `status` is "done". */
  readonly answer?: Readonly<Record<string, unknown>>;
  /** Present when `status` is "failed" or "cancelled". */
  readonly error?: ErrorRecord;
}

/** What a job's work comes to. */
export type JobResult = Pick<JobView, "editId" | "answer">;

export type JobWork = (call: Required<CallOptions>) => Promise<JobResult>;

export interface WaitOptions extends CallOptions {
  readonly seconds: number;
}

interface Job {
  view: JobView;
  readonly lane: JobLane;
  readonly abort: AbortController;
  /** Resolves at the moment the status becomes an ended one. */
  readonly ended: Promise<void>;
  readonly markEnded: () => void;
  readonly listeners: Set<(progress: Progress) => void>;
}

const ENDED: readonly JobStatus[] = ["done", "failed", "cancelled"];

export class JobQueue {
  readonly #jobs = new Map<string, Job>();
  readonly #lanes = { edits: new PQueue({ concurrency: 1 }), conversations: new PQueue({ concurrency: 1 }) };

  /** Queues the work; it starts when every earlier job of the lane ("edits" unless told) has ended. */
  start(work: JobWork, { lane = "edits" }: { lane?: JobLane } = {}): JobView {
    const jobId = newId("job");
    let markEnded = () => {};
    const ended = new Promise<void>((resolve) => {
      markEnded = resolve;
    });
    const view: JobView = { jobId, status: "queued" };
    this.#jobs.set(jobId, { view, lane, abort: new AbortController(), ended, markEnded, listeners: new Set() });
    void this.#lanes[lane].add(() => this.#run(jobId, work));
    return this.view(jobId);
  }

  view(jobId: string): JobView {
    return this.#seen(this.#find(jobId));
  }

  /** A queued job ends at once, a running one when the engine lets go; an ended one stays as it is. */
  cancel(jobId: string): JobView {
    const job = this.#find(jobId);
    if (ENDED.includes(job.view.status)) return job.view;
    job.abort.abort(new EditError("cancelled", `Job ${jobId} was cancelled`));
    if (job.view.status === "queued") this.#end(job, { status: "cancelled", error: cancelledRecord(jobId) });
    return job.view;
  }

  /** Resolves when the job has ended, the seconds have passed or the signal fires, whichever is first; never rejects
   * for the job's own failure. */
  async wait(jobId: string, { seconds, signal, onProgress }: WaitOptions): Promise<JobView> {
    const job = this.#find(jobId);
    if (seconds <= 0 || signal?.aborted || ENDED.includes(job.view.status)) return this.#seen(job);
    if (onProgress) job.listeners.add(onProgress);
    const pause = interruptiblePause(seconds, signal);
    await Promise.race([job.ended, pause.over]);
    pause.end();
    if (onProgress) job.listeners.delete(onProgress);
    return this.#seen(job);
  }

  /** Cancels everything and resolves when the last job has let go. */
  async close(): Promise<void> {
    for (const id of this.#jobs.keys()) this.cancel(id);
    await Promise.all(JOB_LANES.map((lane) => this.#lanes[lane].onIdle()));
  }

  async #run(jobId: string, work: JobWork): Promise<void> {
    await Promise.resolve(); // start() answers "queued" before any work begins
    const job = this.#find(jobId);
    if (job.view.status !== "queued") return;
    job.view = { jobId, status: "running" };
    try {
      const onProgress = (progress: Progress) => this.#report(job, progress);
      const { editId, answer } = await work({ signal: job.abort.signal, onProgress });
      const result = { ...(editId === undefined ? {} : { editId }), ...(answer === undefined ? {} : { answer }) };
      this.#end(job, { status: "done", ...result });
    } catch (error) {
      const cancelled = job.abort.signal.aborted || (error instanceof EditError && error.code === "cancelled");
      const record = cancelled ? cancelledRecord(jobId) : errorRecord(error);
      this.#end(job, { status: cancelled ? "cancelled" : "failed", error: record });
    }
  }

  /** The map keeps the order in which jobs were started, which is the order in which they run. */
  #seen({ view, lane }: Job): JobView {
    if (view.status !== "queued") return view;
    const earlier = [...this.#jobs.keys()].indexOf(view.jobId);
    const open = [...this.#jobs.values()]
      .slice(0, earlier)
      .filter((job) => job.lane === lane && !ENDED.includes(job.view.status));
    return { ...view, ahead: open.length };
  }

  #report(job: Job, progress: Progress): void {
    job.view = { ...job.view, progress };
    for (const listener of job.listeners) listener(progress);
  }

  #end(job: Job, end: Pick<JobView, "status" | "error"> & JobResult): void {
    job.view = { ...job.view, ...end };
    job.markEnded();
  }

  #find(jobId: string): Job {
    const job = this.#jobs.get(jobId);
    if (job) return job;
    throw new EditError("not-found", `Expected the id of a job of this session, got ${JSON.stringify(jobId)}`, {
      hint: "start_edit answers with a jobId",
    });
  }
}

function cancelledRecord(jobId: string): ErrorRecord {
  return { code: "cancelled", message: `Job ${jobId} was cancelled` };
}

/** A pause that the signal shortens; `end` frees its timer and listener. */
function interruptiblePause(
  seconds: number,
  signal: AbortSignal | undefined,
): { over: Promise<void>; end: () => void } {
  let wake = () => {};
  const over = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const timer = setTimeout(wake, seconds * 1000);
  signal?.addEventListener("abort", wake, { once: true });
  const end = () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", wake);
  };
  return { over, end };
}
