/** Files to take away. */
import { createRoute, z } from "@hono/zod-openapi";
import { editOutput, pictureId } from "../../../tools/schemas.ts";
import { body, file, idempotencyHeader, json, PICTURES, params, problems, SESSION, warning } from "./common.ts";

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
