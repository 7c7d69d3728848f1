/** What is under way, and whether the server is there. */
import { computed, signal } from "@preact/signals";
import type { Job } from "../api.ts";

export const opening = signal(false);
/** Selections on their way. */
export const selecting = signal(0);
export const connection = signal<"joining" | "open" | "lost">("joining");

/** Resolves once the server is there and this browser has a session. */
export function whenOpen(): Promise<void> {
  return new Promise((resolve) => {
    const end = connection.subscribe((state) => {
      if (state !== "open") return;
      resolve();
      // The first call comes before there is anything to end.
      queueMicrotask(() => end());
    });
  });
}

/** The edit that was started here or in another tab and has not ended; conversations are told in the chat. */
export const jobs = signal<ReadonlyMap<string, Job>>(new Map());
export const chatJobs = signal<ReadonlySet<string>>(new Set());
export const running = computed(() =>
  [...jobs.value.values()].find(
    ({ jobId, status }) => !chatJobs.value.has(jobId) && (status === "queued" || status === "running"),
  ),
);
/** Losses of the running drag, and the newest picture of what it is heading for. */
export const losses = signal<readonly number[]>([]);
export const frames = signal<readonly string[]>([]);

export function putJob(job: Job): void {
  jobs.value = new Map(jobs.value).set(job.jobId, job);
}
