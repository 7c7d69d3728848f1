/** cancel_job: stops a queued or running edit. */
import { z } from "zod";
import { defineTool } from "./define.ts";
import { jobAnswer, jobOutput } from "./job-answer.ts";
import { jobIdInput } from "./schemas.ts";

export const cancelJob = defineTool({
  name: "cancel_job",
  title: "Cancel a job",
  input: z.strictObject({ jobId: jobIdInput }),
  output: jobOutput,
  // What the job had computed is lost: that is destructive, if only a little.
  annotations: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
  async execute({ jobId }, ctx, { signal }) {
    const { jobs } = ctx.workspace;
    jobs.cancel(jobId);
    return jobAnswer(await jobs.wait(jobId, { seconds: 6, signal }), ctx, signal);
  },
});
