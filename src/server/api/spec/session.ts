/** Sessions: begun, opened by their id, kept as one file. */
import { createRoute, z } from "@hono/zod-openapi";
import { anId, body, bytes, idempotencyHeader, json, problems, SESSION, warning } from "./common.ts";

const tags = ["session"];

export const sessionView = z
  .object({
    sessionId: z.string().describe("Knowing it is the right to open the session"),
    current: z.string().nullable().describe("The picture one is at"),
    branch: z.string().nullable(),
    pictures: z.int().describe("Opened and edited"),
    openJobs: z.int(),
    warnings: z.array(warning).describe("What was found damaged when it was opened"),
  })
  .openapi("Session");

export const aboutView = z
  .object({
    name: z.literal("dragflow-agent"),
    version: z.string(),
    /** Which planner answers in the chat. */
    planner: z.enum(["local", "model"]).describe("model: words and pictures go to the configured endpoint"),
    chat: z.boolean(),
    fetchUrls: z.boolean().describe("Whether pictures may be opened by their web address"),
    limits: z.object({ uploadBytes: z.number(), pixels: z.number(), bodyBytes: z.number() }),
    models: z.array(z.string()).describe("Names for `model` of an edit"),
    qualities: z.array(z.string()),
    exportFormats: z.array(z.string()),
  })
  .openapi("About");

export const about = createRoute({
  method: "get",
  path: "/about",
  tags,
  operationId: "about",
  summary: "What this server is and what it takes",
  responses: { 200: json(aboutView, "The server"), ...problems },
});

export const openSession = createRoute({
  method: "post",
  path: "/sessions",
  tags,
  operationId: "openSession",
  summary: "Begin a session, or open one by its id; sets the session cookie",
  request: {
    headers: idempotencyHeader.partial(),
    body: body(z.strictObject({ sessionId: anId.optional().describe("An earlier session") })),
  },
  responses: { 200: json(sessionView, "Opened"), 201: json(sessionView, "Begun"), ...problems },
});

export const getSession = createRoute({
  method: "get",
  path: "/session",
  tags,
  operationId: "getSession",
  summary: "The session that the cookie or the header names",
  security: SESSION,
  responses: { 200: json(sessionView, "The session"), ...problems },
});

export const closeSession = createRoute({
  method: "delete",
  path: "/session",
  tags,
  operationId: "closeSession",
  summary: "Close the session: its jobs end, its files stay unless `forget` is true",
  security: SESSION,
  request: { query: z.object({ forget: z.enum(["true", "false"]).optional() }) },
  responses: { 204: { description: "Closed" }, ...problems },
});

export const exportSession = createRoute({
  method: "get",
  path: "/session/file",
  tags,
  operationId: "exportSession",
  summary: "The whole session in one .tar file",
  security: SESSION,
  responses: { 200: bytes("The file", "application/x-tar"), ...problems },
});

export const importSession = createRoute({
  method: "post",
  path: "/sessions/import",
  tags,
  operationId: "importSession",
  summary: "A new session from such a file; sets the session cookie",
  request: {
    body: {
      required: true,
      content: { "application/octet-stream": { schema: z.any().openapi({ type: "string", format: "binary" }) } },
    },
  },
  responses: { 201: json(sessionView, "The new session"), ...problems },
});
