/** start_edit: the edit as a job, waited for as long as the caller likes (at most 50 s: clients give up after 60). */
import { z } from "zod";
import { EditError } from "../errors.ts";
import { ADDS, defineTool, type ToolContext } from "./define.ts";
import { jobAnswer, jobOutput } from "./job-answer.ts";
import { publicError } from "./public-error.ts";
import { recipeOf } from "./recipes.ts";
import { editFields, qualityInput, waitInput } from "./schemas.ts";

const input = z.strictObject({
  ...editFields,
  quality: qualityInput.optional().describe("Default full"),
  model: z.string().min(1).optional().describe("Name or folder of a model; default mini"),
  seed: z.number().int().min(0).max(0xffffffff).optional(),
  waitSeconds: waitInput,
});

export const startEdit = defineTool({
  name: "start_edit",
  title: "Start an edit",
  input,
  output: jobOutput,
  annotations: ADDS,
  async execute({ quality, model, seed, waitSeconds, ...edit }, ctx, { signal, onProgress }) {
    const recipe = await recipeOf(edit, { quality: quality ?? "full", model, seed }, ctx);
    ctx.workspace.picture(edit.imageId);
    const wish = { recipe, baseDir: ctx.workspace.dir, ...(ctx.device === undefined ? {} : { device: ctx.device }) };
    const { jobs } = ctx.workspace;
    const { jobId } = jobs.start(async (call) => {
      const record = await ctx.workspace.edit(ctx.engine, edit.imageId, wish, call).catch(withoutDetails(ctx));
      return { editId: record.id };
    });
    const job = await jobs.wait(jobId, { seconds: waitSeconds ?? 0, signal, onProgress });
    // Who cancels this call never learns the jobId: nobody else could stop the job.
    if (signal.aborted) jobs.cancel(jobId);
    return jobAnswer(job, ctx, signal);
  },
});

/** Whoever asks after the job sees what any caller of a tool may see. */
function withoutDetails(ctx: ToolContext) {
  return (error: unknown): never => {
    const { code, message, hint } = publicError(error, "start_edit", ctx);
    const known = code === "unexpected" ? "engine-failed" : code;
    throw new EditError(known, message, { cause: error, ...(hint === undefined ? {} : { hint }) });
  };
}
