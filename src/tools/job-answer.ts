/** What start_edit, job_status and cancel_job answer: one job, with its edit once it is done. */
import { z } from "zod";
import { JOB_STATUSES, type JobView } from "../session/index.ts";
import type { ToolContext, ToolResult } from "./define.ts";
import { editOutput } from "./schemas.ts";
import { editLink, editText, editView, jobText, previewOf } from "./views.ts";

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
    structured: { ...job, edit: editView(record) },
    text: `${jobText(job)}\n${editText(record)}`,
    preview: await previewOf(ctx, record.outcome.files.image, signal),
    link: editLink(record),
  };
}
