/** job_status: how far a job is, and its edit once it is done. */
import { z } from "zod";
import { defineTool, LOOKS } from "./define.ts";
import { jobAnswer, jobOutput } from "./job-answer.ts";
import { waitInput } from "./schemas.ts";

export const jobStatus = defineTool({
  name: "job_status",
  title: "Ask after a job",
  input: z.strictObject({ jobId: z.string(), waitSeconds: waitInput }),
  output: jobOutput,
  annotations: LOOKS,
  async execute({ jobId, waitSeconds }, ctx, { signal, onProgress }) {
    const job = await ctx.workspace.jobs.wait(jobId, { seconds: waitSeconds ?? 0, signal, onProgress });
    return jobAnswer(job, ctx, signal);
  },
});
