/** Jobs: edits and conversations under way. */
import { createRoute, z } from "@hono/zod-openapi";
import { JOB_STATUSES } from "../../../session/index.ts";
import { json, params, problems, SESSION } from "./common.ts";

const tags = ["jobs"];

export const jobView = z
  .object({
    jobId: z.string(),
    status: z.enum(JOB_STATUSES),
    ahead: z.int().optional().describe("Jobs that run before this one; while queued"),
    editId: z.string().optional().describe("What it made"),
    progress: z
      .object({ stage: z.string(), done: z.number(), total: z.number(), loss: z.number().optional() })
      .optional(),
    error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).optional(),
    answer: z
      .record(z.string(), z.unknown())
      .optional()
      .describe("Of a conversation: ok, text, planner, assumed, question {text, choices}"),
  })
  .openapi("Job");

export const listJobs = createRoute({
  method: "get",
  path: "/jobs",
  tags,
  operationId: "listJobs",
  summary: "Jobs of the session, oldest first",
  security: SESSION,
  responses: { 200: json(z.object({ jobs: z.array(jobView) }), "Jobs"), ...problems },
});

export const getJob = createRoute({
  method: "get",
  path: "/jobs/{jobId}",
  tags,
  operationId: "getJob",
  summary: "One job; `wait` answers when it has ended or the seconds have passed",
  security: SESSION,
  request: { params: params.job, query: z.object({ wait: z.coerce.number().min(0).max(50).optional() }) },
  responses: { 200: json(jobView, "The job"), ...problems },
});

export const cancelJob = createRoute({
  method: "delete",
  path: "/jobs/{jobId}",
  tags,
  operationId: "cancelJob",
  summary: "Stop a job; one that has ended stays as it is",
  security: SESSION,
  request: { params: params.job },
  responses: { 200: json(jobView, "The job, ended or about to"), ...problems },
});
