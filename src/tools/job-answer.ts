/** What start_edit, job_status and cancel_job answer: one job, with its edit once it is done. */
import { z } from "zod";
import { EditError } from "../errors.ts";
import { JOB_STATUSES, type JobView } from "../session/index.ts";
import type { ToolCall, ToolContext, ToolResult } from "./define.ts";
import { publicError } from "./public-error.ts";
import { editOutput } from "./schemas.ts";
import { editText, editView, jobText, pictureLink, previewOf } from "./views.ts";

export const jobOutput = z.object({
  jobId: z.string(),
  status: z.enum(JOB_STATUSES),
  ahead: z.number().optional().describe("Jobs that run before this one"),
  editId: z.string().optional(),
  progress: z
    .object({ stage: z.string(), done: z.number(), total: z.number(), loss: z.number().optional() })
    .optional(),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).optional(),
  answer: z.record(z.string(), z.unknown()).optional().describe("What the job found beside an edit"),
  edit: editOutput.optional(),
});

export async function jobAnswer(
  job: JobView,
  ctx: ToolContext,
  signal: AbortSignal,
): Promise<ToolResult<z.input<typeof jobOutput>>> {
  if (job.editId === undefined) return { structured: { ...job }, text: jobText(job) };
  const record = ctx.workspace.edited(job.editId);
  return {
    structured: { ...job, edit: editView(record, ctx) },
    text: `${jobText(job)}\n${editText(record)}`,
    preview: await previewOf(ctx, record.outcome.files.image, signal),
    link: pictureLink(record.id, ctx),
  };
}

/** How often a caller hears of its place in the queue. */
const SLICE_SECONDS = 1.5;

/** Waits as `jobs.wait` does and tells meanwhile where in the queue the job stands. No restart forgets a job whose id was
 * answered. */
export async function followed(
  jobId: string,
  seconds: number,
  { workspace: { jobs } }: ToolContext,
  { signal, onProgress }: ToolCall,
): Promise<JobView> {
  const end = performance.now() + 1000 * seconds;
  for (let job = await jobs.wait(jobId, { seconds: 0 }); ; ) {
    const left = (end - performance.now()) / 1000;
    if (job.status !== "queued") return jobs.wait(jobId, { seconds: left, signal, onProgress });
    onProgress({ stage: "queued", done: 0, total: 1, ahead: job.ahead ?? 0 });
    if (left <= 0 || signal.aborted) return job;
    job = await jobs.wait(jobId, { seconds: Math.min(SLICE_SECONDS, left), signal, onProgress });
  }
}

/** Work of a job whose failures are said as any caller of a tool may read them. */
export async function withoutDetails<T>(work: Promise<T>, tool: string, ctx: ToolContext): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const { code, message, hint } = publicError(error, tool, ctx);
    const known = code === "unexpected" ? "engine-failed" : code;
    throw new EditError(known, message, { cause: error, ...(hint === undefined ? {} : { hint }) });
  }
}
