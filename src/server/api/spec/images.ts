/** Pictures: sent, listed, looked at small, fetched whole. `pictures` are opened images and edits alike. */
import { createRoute, z } from "@hono/zod-openapi";
import { body, bytes, file, idempotencyHeader, json, PICTURES, params, problems, SESSION, warning } from "./common.ts";

const tags = ["images"];
const binary = z.any().openapi({ type: "string", format: "binary" });

export const imageView = z
  .object({
    imageId: z.string(),
    name: z.string().describe("It was opened under this name"),
    width: z.int().describe("Pixels, after EXIF orientation"),
    height: z.int(),
    format: z.string(),
    channels: z.int(),
    depth: z.int(),
    warnings: z.array(warning),
    fileUrl: z.string().describe("The file as it was sent"),
    previewUrl: z.string().describe("A small picture; add ?width="),
  })
  .openapi("Image");

export const uploadImage = createRoute({
  method: "post",
  path: "/images",
  tags,
  operationId: "uploadImage",
  summary: "Send a picture: its bytes are the body",
  security: SESSION,
  request: {
    headers: idempotencyHeader,
    query: z.object({ name: z.string().min(1).max(255).optional().describe("File name, with its ending") }),
    body: {
      required: true,
      content: { "application/octet-stream": { schema: binary }, "image/*": { schema: binary } },
    },
  },
  responses: { 201: json(imageView, "Opened"), ...problems },
});

export const importImage = createRoute({
  method: "post",
  path: "/images/import",
  tags,
  operationId: "importImage",
  summary: "Open a picture from a data URI, a web address or a folder that the server opened to its callers",
  security: SESSION,
  request: {
    headers: idempotencyHeader,
    body: body(
      z
        .strictObject({
          dataUri: z.string().min(1).max(27_000_000).optional(),
          url: z.string().min(1).max(2000).optional(),
          path: z.string().min(1).max(4096).optional(),
        })
        .describe("Exactly one of them"),
    ),
  },
  responses: { 201: json(imageView, "Opened"), ...problems },
});

export const listImages = createRoute({
  method: "get",
  path: "/images",
  tags,
  operationId: "listImages",
  summary: "The opened pictures, oldest first",
  security: SESSION,
  responses: { 200: json(z.object({ images: z.array(imageView) }), "Pictures"), ...problems },
});

export const getImage = createRoute({
  method: "get",
  path: "/images/{imageId}",
  tags,
  operationId: "getImage",
  summary: "One opened picture",
  security: SESSION,
  request: { params: params.image },
  responses: { 200: json(imageView, "The picture"), ...problems },
});

export const getImageFile = createRoute({
  method: "get",
  path: "/images/{imageId}/file",
  tags,
  operationId: "getImageFile",
  summary: "The file as it was sent, with ranges and ETag",
  security: SESSION,
  request: { params: params.image },
  responses: file("The file", ...PICTURES),
});

export const getPictureFile = createRoute({
  method: "get",
  path: "/pictures/{pictureId}/file",
  tags,
  operationId: "getPictureFile",
  summary: "A picture or an edit's result at full resolution, with ranges and ETag",
  security: SESSION,
  request: { params: params.picture },
  responses: file("The file", ...PICTURES),
});

const whole = (most: number) => z.coerce.number().int().min(1).max(most);

export const getPicturePreview = createRoute({
  method: "get",
  path: "/pictures/{pictureId}/preview",
  tags,
  operationId: "getPicturePreview",
  summary: "A picture or an edit's result, small, as sRGB",
  security: SESSION,
  request: {
    params: params.picture,
    query: z.object({
      width: whole(4096).optional().describe("Of the answer, at most; default 1024; never enlarged"),
      crop: z
        .string()
        .regex(/^-?\d{1,7}(,-?\d{1,7}){3}$/)
        .optional()
        .describe("Part to show: x0,y0,x1,y1 in pixels of the picture"),
      grid: z.enum(["true", "false"]).optional().describe("Coordinates drawn over it"),
    }),
  },
  responses: {
    200: bytes("The small picture", "image/webp"),
    304: { description: "Unchanged since the ETag of If-None-Match" },
    ...problems,
  },
});

const guess = z.object({
  box: z.array(z.number()).min(4).max(4),
  centroid: z.array(z.number()).min(2).max(2),
  area: z.number(),
  salience: z.number(),
});

export const getGuesses = createRoute({
  method: "get",
  path: "/pictures/{pictureId}/guesses",
  tags,
  operationId: "getGuesses",
  summary: "At most five things that stand out, the clearest first",
  security: SESSION,
  request: { params: params.picture },
  responses: { 200: json(z.object({ guesses: z.array(guess) }), "Guesses"), ...problems },
});

export const compareView = z
  .object({
    a: z.string(),
    b: z.string(),
    width: z.int(),
    height: z.int(),
    changedPixels: z.int().describe("Pixels that differ in any channel of the 8-bit sRGB copies"),
    maxDiff: z.int().describe("0–255"),
    psnr: z.number().optional().describe("Decibels; absent for equal pictures"),
    changedBox: z.array(z.number()).min(4).max(4).optional().describe("Around what differs"),
    heatUrl: z.string().describe("How much differs where, as a picture"),
  })
  .openapi("Comparison");

const pair = z.object({ a: z.string().min(1).max(100), b: z.string().min(1).max(100) });

export const comparePictures = createRoute({
  method: "get",
  path: "/compare",
  tags,
  operationId: "comparePictures",
  summary: "Any two pictures of one size",
  security: SESSION,
  request: { query: pair },
  responses: { 200: json(compareView, "How they differ"), ...problems },
});

export const compareHeat = createRoute({
  method: "get",
  path: "/compare/heat",
  tags,
  operationId: "compareHeat",
  summary: "How much two pictures differ where, as a picture",
  security: SESSION,
  request: { query: pair },
  responses: { 200: bytes("The picture", "image/webp"), ...problems },
});
