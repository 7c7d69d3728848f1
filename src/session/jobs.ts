/** Edits and conversations as jobs: in each lane one runs at a time, the others wait their turn; progress is kept, every
 * job can be cancelled. */
import PQueue from "p-queue";
import type { CallOptions, EditOptions, Progress } from "../engine/api.ts";
import { EditError, type ErrorRecord, errorRecord } from "../errors.ts";
import { newId } from "./ids.ts";
import { hasEnded, JOB_LANES, type JobLane, type JobResult, type JobView } from "./job-view.ts";
import type { WantedEdit } from "./records.ts";

/** What a job's work is given. */
export interface JobCall extends Required<Pick<EditOptions, "signal" | "onProgress" | "onWait">> {
  /** The id that its edit is to have, where the job was said to make one. */
  readonly editId?: string;
}

/** Does the work; what it throws ends the job. */
export type JobWork = (call: JobCall) => Promise<JobResult>;

export interface StartOptions {
  /** Default "edits". */
  readonly lane?: JobLane;
  /** Pictures that the work will read: they are not pruned before it has ended. */
  readonly uses?: readonly string[];
  /** The picture of which it makes an edit, which it will return: remembered with the job. */
  readonly edits?: string;
}

export interface WaitOptions extends CallOptions {
  readonly seconds: number;
}

/** Where jobs are remembered beyond the process. */
export interface JobRecord {
  /** Jobs of earlier processes, all ended. */
  readonly past: ReadonlyMap<string, JobView>;
  /** Resolves when the job will be known after a restart. */
  started(jobId: string, lane: JobLane, edit: WantedEdit | undefined): Promise<void>;
  ended(view: JobView): Promise<void>;
}

interface Job {
  view: JobView;
  /** Its work has been called: it may still wait, for a worker elsewhere. */
  begun: boolean;
  readonly lane: JobLane;
  readonly uses: readonly string[];
  readonly edit: WantedEdit | undefined;
  readonly abort: AbortController;
  /** Resolves at the moment the status becomes an ended one. */
  readonly ended: Promise<void>;
  readonly markEnded: () => void;
  readonly listeners: Set<(progress: Progress) => void>;
  /** Resolves, never rejects, when a restart would not forget the job. */
  readonly recorded: Promise<void>;
}

export class JobQueue {
  readonly #jobs = new Map<string, Job>();
  readonly #record: JobRecord | undefined;
  readonly #watchers = new Set<(view: JobView, lane: JobLane) => void>();
  readonly #lanes = { edits: new PQueue({ concurrency: 1 }), conversations: new PQueue({ concurrency: 1 }) };

  /** Without a record, jobs are forgotten with the process. */
  constructor(record?: JobRecord) {
    this.#record = record;
  }

  /** Queues the work; it starts when every earlier job of the lane ("edits" unless told) has ended. */
  start(work: JobWork, { lane = "edits", uses = [], edits: imageId }: StartOptions = {}): JobView {
    const jobId = newId("job");
    const edit = imageId === undefined ? undefined : { id: newId("edit"), imageId };
    const recorded = settled(this.#record?.started(jobId, lane, edit));
    return this.#queue(jobId, work, { lane, uses, edit, recorded });
  }

  /** Goes on with a job of an earlier process, which the record has as started. */
  resume(jobId: string, work: JobWork, edit: WantedEdit): JobView {
    return this.#queue(jobId, work, { lane: "edits", uses: [edit.imageId], edit, recorded: Promise.resolve() });
  }

  /** Those of earlier processes first, each in the order in which they were started. */
  list(): JobView[] {
    return [...(this.#record?.past.values() ?? []), ...[...this.#jobs.values()].map((job) => this.#seen(job))];
  }

  /** Called when a job is queued, begins, reports progress and ends. The returned function ends that. */
  onChange(listener: (view: JobView, lane: JobLane) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  view(jobId: string): JobView {
    return this.#record?.past.get(jobId) ?? this.#seen(this.#find(jobId));
  }

  /** Pictures that jobs use which have not ended. */
  uses(): string[] {
    return [...this.#jobs.values()].filter(({ view }) => !hasEnded(view)).flatMap(({ uses }) => uses);
  }

  /** A queued job ends at once, a running one when the engine lets go; an ended one stays as it is. */
  cancel(jobId: string): JobView {
    const past = this.#record?.past.get(jobId);
    if (past) return past;
    const job = this.#find(jobId);
    if (hasEnded(job.view)) return job.view;
    job.abort.abort(new EditError("cancelled", `Job ${jobId} was cancelled`));
    if (!job.begun) this.#stopQueued(job);
    return job.view;
  }

  /** Resolves when the job has ended, the seconds have passed or the signal fires, whichever is first; never rejects
   * for the job's own failure. A restart forgets no job that was waited for, however short. */
  async wait(jobId: string, { seconds, signal, onProgress }: WaitOptions): Promise<JobView> {
    const past = this.#record?.past.get(jobId);
    if (past) return past;
    const job = this.#find(jobId);
    if (onProgress) job.listeners.add(onProgress);
    await job.recorded;
    if (seconds > 0 && !signal?.aborted && !hasEnded(job.view)) {
      const pause = interruptiblePause(seconds, signal);
      await Promise.race([job.ended, pause.over]);
      pause.end();
    }
    if (onProgress) job.listeners.delete(onProgress);
    return this.#seen(job);
  }

  /** Cancels everything and resolves when the last job has let go. */
  async close(): Promise<void> {
    for (const id of this.#jobs.keys()) this.cancel(id);
    await Promise.all(JOB_LANES.map((lane) => this.#lanes[lane].onIdle()));
  }

  #queue(jobId: string, work: JobWork, about: Pick<Job, "lane" | "uses" | "edit" | "recorded">): JobView {
    let markEnded = () => {};
    const ended = new Promise<void>((resolve) => {
      markEnded = resolve;
    });
    const view: JobView = { jobId, status: "queued" };
    const state = { view, begun: false, abort: new AbortController(), listeners: new Set<never>() };
    this.#jobs.set(jobId, { ...about, ...state, ended, markEnded });
    void this.#lanes[about.lane].add(() => this.#run(jobId, work));
    const seen = this.view(jobId);
    this.#tell(seen);
    return seen;
  }

  async #run(jobId: string, work: JobWork): Promise<void> {
    const job = this.#find(jobId);
    await job.recorded; // also lets start() answer "queued" before any work begins
    if (job.view.status !== "queued") return;
    job.begun = true;
    this.#turn(job);
    try {
      const onProgress = (progress: Progress) => this.#report(job, progress);
      const onWait = (ahead: number | undefined) => this.#turn(job, ahead);
      const wanted = job.edit === undefined ? {} : { editId: job.edit.id };
      const { editId, answer } = await work({ signal: job.abort.signal, onProgress, onWait, ...wanted });
      const result = { ...(editId === undefined ? {} : { editId }), ...(answer === undefined ? {} : { answer }) };
      await this.#end(job, { status: "done", ...result });
    } catch (error) {
      const cancelled = job.abort.signal.aborted || (error instanceof EditError && error.code === "cancelled");
      const record = cancelled ? cancelledRecord(jobId) : errorRecord(error);
      await this.#end(job, { status: cancelled ? "cancelled" : "failed", error: record });
    }
  }

  /** The map keeps the order in which jobs were started, which is the order in which they run. */
  #seen({ view, lane, begun }: Job): JobView {
    if (view.status !== "queued" || begun) return view;
    const earlier = [...this.#jobs.keys()].indexOf(view.jobId);
    const open = [...this.#jobs.values()].slice(0, earlier).filter((job) => job.lane === lane && !hasEnded(job.view));
    return { ...view, ahead: open.length };
  }

  /** What comes after the end changes nothing. */
  #turn(job: Job, ahead?: number): void {
    if (hasEnded(job.view)) return;
    const { jobId } = job.view;
    job.view = ahead === undefined ? { jobId, status: "running" } : { jobId, status: "queued", ahead };
    this.#tell(job.view);
  }

  #report(job: Job, progress: Progress): void {
    if (hasEnded(job.view)) return;
    job.view = { jobId: job.view.jobId, status: "running", progress };
    for (const listener of job.listeners) listener(progress);
    this.#tell(job.view);
  }

  /** The status changes when the record has it: what a caller was told survives a restart. */
  async #end(job: Job, end: Pick<JobView, "status" | "error"> & JobResult): Promise<void> {
    const { ahead: _, ...last } = job.view;
    const view = { ...last, ...end };
    await settled(this.#record?.ended(view));
    job.view = view;
    job.markEnded();
    this.#tell(view);
  }

  /** At once; its turn in the lane does nothing but wait for the record. */
  #stopQueued(job: Job): void {
    job.view = { ...job.view, status: "cancelled", error: cancelledRecord(job.view.jobId) };
    job.markEnded();
    this.#tell(job.view);
    void this.#lanes[job.lane].add(() => settled(this.#record?.ended(job.view)));
  }

  #tell(view: JobView): void {
    const { lane } = this.#find(view.jobId);
    for (const watcher of this.#watchers) watcher(view, lane);
  }

  #find(jobId: string): Job {
    const job = this.#jobs.get(jobId);
    if (job) return job;
    throw new EditError("not-found", `Expected the id of a job of this session, got ${JSON.stringify(jobId)}`, {
      hint: "start_edit answers with a jobId",
    });
  }
}

/** A record that cannot be written must not hide what the job came to: after a restart it counts as interrupted. */
function settled(writing: Promise<void> | undefined): Promise<void> {
  return writing?.catch(() => {}) ?? Promise.resolve();
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
