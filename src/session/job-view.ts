/** What a job looks like from outside. */
import type { Progress } from "../engine/api.ts";
import type { ErrorRecord } from "../errors.ts";

export const JOB_STATUSES = ["queued", "running", "done", "failed", "cancelled"] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** Conversations start edits and wait for them: in one lane they would wait for ever. */
export const JOB_LANES = ["edits", "conversations"] as const;
export type JobLane = (typeof JOB_LANES)[number];

/** A job at one moment. */
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
  /** Present when `status` is "failed" or "cancelled"; `interrupted` when the process ended before the job did. */
  readonly error?: ErrorRecord;
}

/** What a job's work comes to. */
export type JobResult = Pick<JobView, "editId" | "answer">;

const ENDED: readonly JobStatus[] = ["done", "failed", "cancelled"];

export function hasEnded({ status }: JobView): boolean {
  return ENDED.includes(status);
}

/** A job that the process did not live to end although its edit was made. */
export function doneView(jobId: string, editId: string): JobView {
  return { jobId, status: "done", editId };
}

/** A job that the process did not live to end. */
export function interruptedView(jobId: string): JobView {
  const message = `Job ${jobId} had not ended when the process did`;
  return { jobId, status: "failed", error: { code: "interrupted", message, hint: "Start the edit again" } };
}
