/** Running what was prepared, stopping it, and the ways through the history. */
import { api, type Job, type Quality } from "../api.ts";
import { handlingOf } from "../geometry/motion.ts";
import { intent } from "../state/intent.ts";
import { notify, say } from "../state/notices.ts";
import {
  canRedoMove,
  canUndoMove,
  moving,
  operations,
  redoMove,
  resetOperations,
  undoMove,
  wishOf,
} from "../state/operations.ts";
import { current, history } from "../state/picture.ts";
import { quality } from "../state/preview.ts";
import { resultView } from "../state/result.ts";
import { takeTool } from "../state/tool.ts";
import { frames, jobs, losses, putJob, running } from "../state/work.ts";
import { t } from "../words.ts";
import { attempt } from "./attempt.ts";
import { endTurn } from "./chat.ts";
import { refreshHistory, showHistory } from "./pictures.ts";
import { loadMask } from "./regions.ts";

export async function run(chosen: Quality = quality.value): Promise<void> {
  const imageId = history.value.current;
  const wish = wishOf(moving.value);
  if (imageId === null || wish.length === 0 || running.value !== undefined) return;
  losses.value = [];
  frames.value = [];
  const prompt = intent.value.trim();
  const job = await attempt(() =>
    api.start({ imageId, operations: wish, quality: chosen, ...(prompt ? { prompt } : {}) }),
  );
  if (job === undefined) return;
  putJob(job);
  say(t("runStarted"));
}

/** A reading of the conversation, made as it was shown. */
export async function runReading(candidateId: string): Promise<void> {
  if (running.value !== undefined) return;
  losses.value = [];
  frames.value = [];
  const job = await attempt(() => api.start({ candidateId, quality: quality.value }));
  if (job === undefined) return;
  putJob(job);
  say(t("runStarted"));
}

export async function stop(): Promise<void> {
  const jobId = running.value?.jobId;
  if (jobId !== undefined) await attempt(() => api.cancel(jobId));
}

/** A job's status changed; also those of other tabs and of the conversation. */
export async function heardJob(job: Job): Promise<void> {
  const was = jobs.value.get(job.jobId)?.status;
  putJob(job);
  if (job.status === "queued" || job.status === "running" || was === job.status) return;
  endTurn(job.jobId);
  if (job.status === "failed") notify("error", job.error?.message ?? t("failed"), job.error?.hint);
  if (job.status === "cancelled") notify("info", t("cancelled"));
  if (job.status !== "done") return;
  await attempt(refreshHistory);
  if (job.editId === current.value?.id) {
    if (resultView.value === "plain") resultView.value = "slider";
    say(t("editDone"));
  }
}

/** The newest change of the moves first, then the history. */
export async function undo(): Promise<void> {
  if (canUndoMove.value) return undoMove();
  if (current.value?.type === "edit") await attempt(async () => showHistory(() => api.undo()));
}

export async function redo(): Promise<void> {
  if (canRedoMove.value) return redoMove();
  await attempt(async () => showHistory(() => api.redo()));
}

export async function goTo(id: string): Promise<void> {
  await attempt(async () => showHistory(() => api.checkout(id)));
}

/** Back to the picture the edit was made from, with its moves prepared again. */
export async function adjustEdit(editId: string): Promise<void> {
  const parent = history.value.nodes.find(({ id }) => id === editId)?.parent;
  if (parent == null) return;
  await attempt(async () => {
    const recipe = await api.recipe(editId);
    await showHistory(() => api.checkout(parent));
    const list = await Promise.all(
      recipe.operations.map(async ({ label = "", region, motion, keepSource = false }) => {
        const found = await api.select({ imageId: parent, ...region, ...(label ? { label } : {}) });
        await loadMask(found.regionId);
        const handling = handlingOf(motion, found.centroid);
        return { key: crypto.randomUUID(), label, region: found, handling, keepSource };
      }),
    );
    resetOperations(list);
    takeTool("move");
  });
}

export function hasUnsaved(): boolean {
  return operations.value.length > 0;
}
