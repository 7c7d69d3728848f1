/** Before an edit is made: its forecast, what it looks like while it is dragged, what a drag may mean. */
import { createRoute, z } from "@hono/zod-openapi";
import {
  boxOutput,
  editFields,
  gatesOutput,
  motionInput,
  pictureId,
  pointOutput,
  qualityInput,
} from "../../../tools/schemas.ts";
import { body, bytes, idempotencyHeader, json, params, problems, SESSION, warning } from "./common.ts";
import { editWish } from "./wish.ts";

const tags = ["edits"];

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
          polygon: z.array(pointOutput).optional().describe("What should move along with it"),
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

export const intentsView = z
  .object({
    imageId: z.string(),
    from: z.enum(["model", "geometry"]).describe("Who read the drag"),
    modelProblem: z.string().optional().describe("Why a configured model did not"),
    sourcePrompt: z.string(),
    targets: z.array(pointOutput),
    candidates: z.array(
      z.object({
        candidateId: z.string().describe("For /live, /plan, /edits and /candidates/{candidateId}/preview"),
        number: z.int(),
        types: z.array(z.string()).describe("Motion of each item"),
        operations: z.array(z.object({ regionId: z.string(), motion: motionInput })),
        prompt: z.string(),
        reason: z.string(),
        confidence: z.number().optional(),
        preview: gatesOutput.optional().describe("Measures of the instant preview"),
        warnings: z.array(warning),
      }),
    ),
  })
  .openapi("Intents");

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
  responses: { 200: json(intentsView, "As the tool propose_intents answers"), ...problems },
});

export const getCandidatePreview = createRoute({
  method: "get",
  path: "/candidates/{candidateId}/preview",
  tags,
  operationId: "getCandidatePreview",
  summary: "What a candidate of /intents or of the chat would make of the picture, small",
  security: SESSION,
  request: {
    params: params.candidate,
    query: z.object({
      maxEdge: z.coerce.number().int().min(64).max(2048).optional().describe("Longest edge; default 320"),
    }),
  },
  responses: { 200: bytes("The whole picture", "image/jpeg"), ...problems },
});
