/** Edits: made as jobs, fetched with all that explains them. */
import { createRoute, z } from "@hono/zod-openapi";
import { editOutput } from "../../../tools/schemas.ts";
import { body, bytes, file, idempotencyHeader, json, PICTURES, params, problems, SESSION } from "./common.ts";
import { jobView } from "./jobs.ts";
import { editWish } from "./wish.ts";

const tags = ["edits"];

export const editView = editOutput
  .omit({ uri: true, path: true })
  .extend({
    createdAt: z.string(),
    name: z.string().optional(),
    favourite: z.boolean(),
    prompt: z.string(),
    fileUrl: z.string().describe("The result at full resolution"),
    previewUrl: z.string().describe("A small picture; add ?width="),
    files: z.record(z.string(), z.string()).describe("Name → address of what explains the edit"),
    frames: z.array(z.string()).describe("Addresses of what the sampling was heading for, in order"),
  })
  .openapi("Edit");

export const startEdit = createRoute({
  method: "post",
  path: "/edits",
  tags,
  operationId: "startEdit",
  summary: "Make an edit, as a job",
  security: SESSION,
  request: { headers: idempotencyHeader, body: body(editWish) },
  responses: { 202: json(jobView, "The job; its end and progress come as events"), ...problems },
});

export const listEdits = createRoute({
  method: "get",
  path: "/edits",
  tags,
  operationId: "listEdits",
  summary: "The edits of the session, oldest first",
  security: SESSION,
  responses: { 200: json(z.object({ edits: z.array(editView) }), "Edits"), ...problems },
});

export const getEdit = createRoute({
  method: "get",
  path: "/edits/{editId}",
  tags,
  operationId: "getEdit",
  summary: "One edit: receipt, gates of each tier, seconds, files",
  security: SESSION,
  request: { params: params.edit },
  responses: { 200: json(editView, "The edit"), ...problems },
});

export const EDIT_FILES = [
  "image",
  "editable",
  "before",
  "after",
  "diff",
  "regions",
  "recipe",
  "loss",
  "tier-preview",
  "tier-fast",
  "tier-full",
] as const;

export const getEditFile = createRoute({
  method: "get",
  path: "/edits/{editId}/files/{file}",
  tags,
  operationId: "getEditFile",
  summary: "The result, its mask, the difference, the loss curve (CSV), each tier's picture; with ranges and ETag",
  security: SESSION,
  request: { params: params.edit.extend({ file: z.enum(EDIT_FILES) }) },
  responses: file("The file", ...PICTURES, "application/json", "text/csv"),
});

export const getEditFrame = createRoute({
  method: "get",
  path: "/edits/{editId}/frames/{frame}",
  tags,
  operationId: "getEditFrame",
  summary: "One picture of the film strip",
  security: SESSION,
  request: { params: params.edit.extend({ frame: z.coerce.number().int().min(0).max(999) }) },
  responses: file("The picture", "image/webp", "image/jpeg", "image/png"),
});

export const getEditLoss = createRoute({
  method: "get",
  path: "/edits/{editId}/loss",
  tags,
  operationId: "getEditLoss",
  summary: "Loss of each drag iteration, in order; empty where there was no drag",
  security: SESSION,
  request: { params: params.edit },
  responses: { 200: json(z.object({ losses: z.array(z.number()) }), "Losses"), ...problems },
});

export const getEditReport = createRoute({
  method: "get",
  path: "/edits/{editId}/report",
  tags,
  operationId: "getEditReport",
  summary:
    "What was asked, what came out and how sure one can be of it: one self-contained HTML page, as an attachment",
  security: SESSION,
  request: { params: params.edit },
  responses: { 200: bytes("The page", "text/html"), ...problems },
});
