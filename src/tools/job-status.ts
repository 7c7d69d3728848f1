/** job_status: how far a job is, and its edit once it is done. */
import { z } from "zod";
import { defineTool, LOOKS } from "./define.ts";
import { followed, jobAnswer, jobOutput } from "./job-answer.ts";
import { jobIdInput, waitInput } from "./schemas.ts";

export const jobStatus = defineTool({
  name: "job_status",
  title: "Ask after a job",
  input: z.strictObject({ jobId: jobIdInput, waitSeconds: waitInput }),
  output: jobOutput,
  annotations: LOOKS,
  async execute({ jobId, waitSeconds }, ctx, call) {
    return jobAnswer(await followed(jobId, waitSeconds ?? 0, ctx, call), ctx, call.signal);
  },
});
