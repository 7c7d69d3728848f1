/** The server's events: keeps this tab in step with the work, with other tabs and with the conversation. */
import { addressOf, api, type Job, Problem } from "../api.ts";
import { history } from "../state/picture.ts";
import { connection, frames, jobs, losses, putJob } from "../state/work.ts";
import { attempt } from "./attempt.ts";
import { heardChat, recallChat } from "./chat.ts";
import type { AgentEvent } from "./chat-lines.ts";
import { heardJob } from "./edits.ts";
import { refreshHistory } from "./pictures.ts";

const RETRY_MS = 1500;

/** Joins the session that the browser's cookie names, or begins one; then listens. */
export async function join(): Promise<void> {
  try {
    await session();
    await refresh();
    connection.value = "open";
    listen();
  } catch (problem) {
    connection.value = "lost";
    if (!(problem instanceof Problem)) throw problem;
    setTimeout(() => void join(), RETRY_MS);
  }
}

async function session(): Promise<void> {
  try {
    await api.session();
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.status === 0) throw problem;
    await api.begin();
  }
}

async function refresh(): Promise<void> {
  const [{ jobs: list }] = await Promise.all([api.jobs(), refreshHistory(), recallChat()]);
  jobs.value = new Map(list.map((job) => [job.jobId, job]));
}

function listen(): void {
  const source = new EventSource(addressOf.events);
  const on = (name: string, heard: (data: never) => unknown) =>
    source.addEventListener(name, ({ data }: MessageEvent<string>) => void heard(JSON.parse(data) as never));
  source.onopen = () => {
    connection.value = "open";
  };
  source.onerror = () => {
    connection.value = "lost";
    source.close();
    setTimeout(() => void join(), RETRY_MS);
  };
  on("hello", ({ current }: { current: string | null }) => {
    if (current !== history.value.current) void attempt(refreshHistory);
  });
  on("job", (job: Job) => heardJob(job));
  on("progress", heardProgress);
  on("sampling", ({ dataUri }: { dataUri: string }) => {
    frames.value = [...frames.value, dataUri];
  });
  on("history", () => attempt(refreshHistory));
  on("chat", ({ jobId, event }: { jobId: string; event: AgentEvent }) => heardChat(jobId, event));
  on("reset", () => attempt(refresh));
  on("session-closed", () => location.reload());
}

function heardProgress({ jobId, ...progress }: { jobId: string } & NonNullable<Job["progress"]>): void {
  const job = jobs.value.get(jobId);
  putJob({ jobId, status: "running", ...(job?.editId ? { editId: job.editId } : {}), progress });
  if (progress.loss !== undefined) losses.value = [...losses.value, progress.loss];
}
