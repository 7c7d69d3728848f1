/** Saying something, and what comes back. */
import { api } from "../api.ts";
import { arrows, lines, talking, typed } from "../state/chat.ts";
import { selected } from "../state/operations.ts";
import { history } from "../state/picture.ts";
import { quality } from "../state/preview.ts";
import { chatJobs, putJob } from "../state/work.ts";
import { arrowsOf } from "./arrows.ts";
import { attempt } from "./attempt.ts";
import { type AgentEvent, withEvent } from "./chat-lines.ts";

const began = new Map<string, number>();

export async function sayIt(words: string): Promise<void> {
  const request = words.trim();
  const imageId = history.value.current;
  if (request === "" || imageId === null || talking.value !== undefined) return;
  typed.value = "";
  talking.value = "";
  const job = await attempt(() => api.say(request, imageId, quality.value, selected.value?.region.regionId));
  if (job === undefined) {
    talking.value = undefined;
    typed.value = request;
    return;
  }
  putJob(job);
  began.set(job.jobId, performance.now());
  chatJobs.value = new Set(chatJobs.value).add(job.jobId);
  if (talking.value === "") talking.value = job.jobId;
}

export async function stopTalking(): Promise<void> {
  const jobId = talking.value;
  if (jobId) await attempt(() => api.cancel(jobId));
}

/** `jobId` of an event that came over the stream; turns of other tabs come the same way. */
export function heardChat(jobId: string, event: AgentEvent): void {
  chatJobs.value = new Set(chatJobs.value).add(jobId);
  lines.value = withEvent(lines.value, event);
  if (event.type === "turn-start") {
    talking.value = jobId;
    arrows.value = [];
  }
  if (event.type === "tool-call" || event.type === "tool-result") void arrowsOf(event);
  if (event.type === "turn-end") endTurn(jobId);
}

/** Also where the job failed before its turn could end. */
export function endTurn(jobId: string): void {
  const start = began.get(jobId);
  began.delete(jobId);
  if (start !== undefined) {
    const seconds = (performance.now() - start) / 1000;
    const last = lines.value.findLast(({ type }) => type === "cost" || type === "you");
    const tokens = last?.type === "cost" ? last.tokens : 0;
    lines.value = [
      ...lines.value.filter((line) => line !== last || line.type !== "cost"),
      { type: "cost", tokens, seconds },
    ];
  }
  arrows.value = [];
  if (talking.value === jobId || talking.value === "") talking.value = undefined;
}

export async function recallChat(): Promise<void> {
  const { events } = await api.chat();
  lines.value = events.reduce<typeof lines.value>((known, event) => withEvent(known, event), []);
}
