/** Regions: from a hint to a mask that operations can name. */
import { createRoute, z } from "@hono/zod-openapi";
import { boxOutput, pointOutput } from "../../../tools/schemas.ts";
import { hintOutput, selectInput } from "../../../tools/select-hint.ts";
import { anId, body, file, idempotencyHeader, json, params, problems, SESSION, warning } from "./common.ts";

const tags = ["regions"];

export const regionView = z
  .object({
    regionId: z.string(),
    imageId: z.string().describe("The picture (or edit) that it lies on"),
    label: z.string().optional(),
    box: boxOutput.describe("[x0, y0, x1, y1] around it, pixels"),
    centroid: pointOutput,
    area: z.number().describe("Share of the picture, 0–1"),
    confidence: z.number().describe("0–1, unsure below 0.5; 1 for a drawn shape taken as it is"),
    warnings: z.array(warning),
    maskUrl: z.string().describe("8-bit grey PNG of the picture's size, 255 = inside"),
    hint: hintOutput.optional().describe("The hint as it was understood; with the answer to a selection only"),
  })
  .openapi("Region");

export const selectRegion = createRoute({
  method: "post",
  path: "/regions",
  tags,
  operationId: "selectRegion",
  summary: "Select by box, points, polygon, stroke, mask (PNG data URI) or what stands out",
  security: SESSION,
  request: { headers: idempotencyHeader, body: body(z.strictObject(selectInput.shape).openapi("Selection")) },
  responses: { 201: json(regionView, "Selected"), ...problems },
});

export const adjustRegion = createRoute({
  method: "post",
  path: "/regions/{regionId}/adjust",
  tags,
  operationId: "adjustRegion",
  summary: "A new region from an earlier one: joined with another, grown, shrunk, softened; in this order",
  security: SESSION,
  request: {
    params: params.region,
    headers: idempotencyHeader,
    body: body(
      selectInput
        .pick({ label: true, combine: true, grow: true, feather: true })
        .describe("combine: {with, op} reads `with op this`: subtract is the other without this one"),
    ),
  },
  responses: { 201: json(regionView, "The new region"), ...problems },
});

export const listRegions = createRoute({
  method: "get",
  path: "/regions",
  tags,
  operationId: "listRegions",
  summary: "The regions selected on a picture, oldest first",
  security: SESSION,
  request: { query: z.object({ imageId: anId.describe("An imageId or an editId") }) },
  responses: { 200: json(z.object({ regions: z.array(regionView) }), "Regions"), ...problems },
});

export const getRegion = createRoute({
  method: "get",
  path: "/regions/{regionId}",
  tags,
  operationId: "getRegion",
  summary: "One region",
  security: SESSION,
  request: { params: params.region },
  responses: { 200: json(regionView, "The region"), ...problems },
});

export const getRegionMask = createRoute({
  method: "get",
  path: "/regions/{regionId}/mask",
  tags,
  operationId: "getRegionMask",
  summary: "The region as a PNG: 255 = inside",
  security: SESSION,
  request: { params: params.region },
  responses: file("The mask", "image/png"),
});
