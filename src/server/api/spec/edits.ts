/** Edits: forecast, seen while dragging, made as jobs, fetched with all that explains them. */
import { createRoute, z } from "@hono/zod-openapi";
import { recipeSchema } from "../../../engine/recipe/schema.ts";
import {
  boxOutput,
  editFields,
  editOutput,
  modelInput,
  pictureId,
  pointOutput,
  qualityInput,
} from "../../../tools/schemas.ts";
import { body, bytes, file, idempotencyHeader, json, PICTURES, params, problems, SESSION, warning } from "./common.ts";
import { jobView } from "./jobs.ts";

const tags = ["edits"];

// Made anew, because only schemas made after the OpenAPI extension was loaded can have a name.
const recipeShape = z.strictObject(recipeSchema.shape).openapi("Recipe");

const choices = {
  quality: qualityInput.optional().describe("Default full"),
  model: modelInput.optional(),
  seed: z.int().min(0).max(0xffffffff).optional().describe("Same arguments and seed, same picture; default 42"),
};
const editWish = z.strictObject({ ...editFields, ...choices }).openapi("EditWish");

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

const forecastRegion = z.object({
  label: z.string(),
  box: boxOutput,
  centroid: pointOutput,
  area: z.number(),
  keepSource: z.boolean(),
  targetBox: boxOutput.describe("Around the moved region; may reach beyond the picture"),
  target: pointOutput.describe("Where the centroid goes"),
});

export const forecastView = z
  .object({
    width: z.int(),
    height: z.int(),
    quality: qualityInput,
    regions: z.array(forecastRegion).describe("One per operation, in order"),
    editable: z.object({ box: boxOutput, area: z.number() }),
    view: z
      .object({
        crop: boxOutput,
        width: z.int(),
        height: z.int(),
        tokens: z.int(),
        evaluations: z.number(),
        iterations: z.int(),
      })
      .optional()
      .describe("What the model would see"),
    memory: z.object({ bytes: z.number(), execution: z.string() }).optional(),
    seconds: z.number().optional().describe("Absent where nothing is known yet"),
    warnings: z
      .array(
        z.object({
          code: z.string(),
          message: z.string(),
          operation: z.int().optional().describe("Index of the operation that it concerns"),
        }),
      )
      .describe("region-tiny, region-grown, target-clipped, motion-tiny, opposing-motions, shadow-stays, …"),
  })
  .openapi("Forecast");

export const planEdit = createRoute({
  method: "post",
  path: "/plan",
  tags,
  operationId: "planEdit",
  summary: "What an edit would do, and what speaks against it; nothing is run",
  security: SESSION,
  request: { body: body(editWish) },
  responses: { 200: json(forecastView, "The forecast"), ...problems },
});

export const liveHeaders = {
  "X-Preview-Box": {
    schema: { type: "string" as const },
    description: "x0,y0,x1,y1: where the answer lies on the picture, in its pixels",
  },
};

export const livePreview = createRoute({
  method: "post",
  path: "/live",
  tags,
  operationId: "livePreview",
  summary: "What the edit looks like while it is being dragged; enters no history",
  description:
    "Made on a screen-sized copy of the picture. One at a time per `client`: a newer request ends the older one, which is answered with the problem `cancelled` (499).",
  security: SESSION,
  request: {
    query: z.object({
      client: z.string().min(1).max(64).optional().describe("E.g. a random text per tab; default one for the session"),
    }),
    body: body(
      z
        .strictObject({
          ...editFields,
          maxEdge: z.int().min(64).max(2048).optional().describe("Longest edge of the screen copy; default 768"),
          whole: z.boolean().optional().describe("The whole picture instead of the part that changes; default false"),
        })
        .openapi("LiveWish"),
    ),
  },
  responses: {
    200: { ...bytes("The part of the picture that changes", "image/jpeg"), headers: liveHeaders },
    ...problems,
  },
});

export const proposeIntents = createRoute({
  method: "post",
  path: "/intents",
  tags,
  operationId: "proposeIntents",
  summary: "Readings of a drag: which motions it may mean, as candidates",
  security: SESSION,
  request: {
    headers: idempotencyHeader,
    body: body(
      z.strictObject({
        imageId: pictureId,
        items: z
          .array(z.strictObject({ regionId: z.string().min(1).max(100), target: pointOutput }))
          .min(1)
          .max(16),
        request: z.string().max(2000).optional(),
      }),
    ),
  },
  responses: { 200: json(z.record(z.string(), z.unknown()), "As the tool propose_intents answers"), ...problems },
});

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

export const getRecipe = createRoute({
  method: "get",
  path: "/edits/{editId}/recipe",
  tags: ["recipes"],
  operationId: "getRecipe",
  summary: "The resolved recipe: masks are data URIs, so that it replays anywhere",
  security: SESSION,
  request: { params: params.edit },
  responses: { 200: json(recipeShape, "The recipe"), ...problems },
});

export const replayRecipe = createRoute({
  method: "post",
  path: "/recipes/replay",
  tags: ["recipes"],
  operationId: "replayRecipe",
  summary: "A recipe on a picture, as a job; masks must be data URIs",
  security: SESSION,
  request: {
    headers: idempotencyHeader,
    body: body(z.strictObject({ imageId: pictureId, recipe: recipeShape })),
  },
  responses: { 202: json(jobView, "The job"), ...problems },
});

export const EXPORT_FORMATS = ["original", "png", "webp", "tiff", "avif", "jpeg"] as const;

export const exportView = z
  .object({
    exportId: z.string(),
    url: z.string(),
    name: z.string(),
    format: z.string(),
    bytes: z.number(),
    receipt: editOutput.shape.receipt.describe("Read back from the written file"),
    warnings: z.array(warning),
  })
  .openapi("Export");

export const exportPicture = createRoute({
  method: "post",
  path: "/exports",
  tags: ["exports"],
  operationId: "exportPicture",
  summary: "Write a picture or an edit in a format, to be downloaded",
  security: SESSION,
  request: {
    headers: idempotencyHeader,
    body: body(
      z.strictObject({
        id: pictureId,
        format: z.enum(EXPORT_FORMATS).optional().describe("original: that of the opened picture; default png"),
        embed: z.boolean().optional().describe("false leaves recipe and provenance out of the file; default true"),
      }),
    ),
  },
  responses: { 201: json(exportView, "Written"), ...problems },
});

export const getExportFile = createRoute({
  method: "get",
  path: "/exports/{exportId}/file",
  tags: ["exports"],
  operationId: "getExportFile",
  summary: "The written file, as an attachment, with ranges and ETag",
  security: SESSION,
  request: { params: params.export },
  responses: file("The file", ...PICTURES),
});
