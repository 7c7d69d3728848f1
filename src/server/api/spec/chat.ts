/** The conversation beside the canvas, and the stream of everything that happens. */
import { createRoute, z } from "@hono/zod-openapi";
import { pictureId, qualityInput, regionId } from "../../../tools/schemas.ts";
import { body, idempotencyHeader, json, problems, SESSION } from "./common.ts";
import { jobView } from "./jobs.ts";

const event = z.looseObject({ type: z.string() }).describe("An agent event as src/agent/events.ts lists them");

export const say = createRoute({
  method: "post",
  path: "/chat",
  tags: ["chat"],
  operationId: "say",
  summary: "Say what to change; the conversation runs as a job and tells its steps as events",
  security: SESSION,
  request: {
    headers: idempotencyHeader,
    body: body(
      z
        .strictObject({
          request: z.string().min(1).max(2000).regex(/\S/).describe("In plain words"),
          imageId: pictureId.optional().describe("Default: the current picture"),
          regionId: regionId.optional().describe('What "it" means'),
          rounds: z.int().min(1).max(10).optional(),
          quality: qualityInput.optional().describe("Of its edits; default full"),
        })
        .openapi("ChatWish"),
    ),
  },
  responses: { 202: json(jobView, "The job"), ...problems },
});

export const getChat = createRoute({
  method: "get",
  path: "/chat",
  tags: ["chat"],
  operationId: "getChat",
  summary: "What was said so far: the events of every turn, oldest first",
  security: SESSION,
  responses: { 200: json(z.object({ events: z.array(event) }), "Events"), ...problems },
});

export const events = createRoute({
  method: "get",
  path: "/events",
  tags: ["events"],
  operationId: "events",
  summary: "Server-sent events of the session; Last-Event-ID resumes",
  security: SESSION,
  request: {
    headers: z.object({ "last-event-id": z.string().max(40).optional() }),
    query: z.object({
      once: z.enum(["true", "false"]).optional().describe("true: what is missed is sent, then it ends"),
    }),
  },
  responses: {
    200: { description: "The stream", content: { "text/event-stream": { schema: z.string() } } },
    ...problems,
  },
});
