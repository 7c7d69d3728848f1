/** Shapes that several tools share. Points and boxes are plain arrays here, not tuples: the JSON Schema of a tuple is
 * refused by some model endpoints. The recipe's own schema checks the assembled recipe once more. */
import { z } from "zod";
import { optionValueSchema, QUALITIES } from "../engine/recipe/schema.ts";

export const pictureId = z.string().min(1).describe("An imageId, or an editId: edits chain");
const pointInput = z.array(z.number()).length(2).describe("[x, y]");
export const boxInput = z.array(z.number()).length(4).describe("[x0, y0, x1, y1], half-open");
export const polygonInput = z.array(pointInput).min(3).max(2000);
export const strokeInput = z.strictObject({
  points: z.array(pointInput).min(1).max(5000),
  width: z.number().positive(),
});

const regionInput = z
  .strictObject({
    mask: z.string().optional().describe("PNG path inside the roots, or a PNG data URI; non-zero = region"),
    box: boxInput.optional(),
    polygon: polygonInput.optional(),
    ellipse: z.strictObject({ center: pointInput, radius: pointInput }).optional(),
    stroke: strokeInput.optional(),
    at: pointInput.optional().describe("What is at this point"),
  })
  .describe("Exactly one of the fields, in pixels of the picture");

const MOTION_TYPES = [
  "relocation",
  "deformation",
  "rotation",
  "scale",
  "compose",
  "translation",
  "transformation",
] as const;
const motionFields = {
  type: z.enum(MOTION_TYPES).describe("translation and transformation mean relocation"),
  by: pointInput.optional().describe("relocation, deformation: shift in pixels, x right, y down"),
  to: pointInput.optional().describe("where the region's centroid goes; rotation: the point it turns to"),
  degrees: z.number().optional().describe("rotation: clockwise positive"),
  about: pointInput.optional().describe("rotation (required), scale: the fixed point"),
  factor: z
    .union([z.number().positive(), z.array(z.number().positive()).length(2)])
    .optional()
    .describe("scale: one factor or [sx, sy]"),
};
const simpleMotionInput = z.strictObject(motionFields);
const motionInput = z.strictObject({
  ...motionFields,
  motions: z.array(simpleMotionInput).min(1).max(8).optional().describe("compose: applied in order"),
});

const operationInput = z.strictObject({
  regionId: z.string().optional().describe("From select_region; this or region"),
  region: regionInput.optional(),
  motion: motionInput,
  label: z.string().max(200).optional(),
  keepSource: z.boolean().optional().describe("true leaves the original in place: a copy appears at the target"),
});

/** What preview_edit and start_edit have in common. */
export const editFields = {
  imageId: pictureId,
  operations: z.array(operationInput).min(1).max(16),
  prompt: z.string().max(4000).optional().describe("What the picture should show afterwards"),
  sourcePrompt: z.string().max(4000).optional().describe("What the picture shows now"),
  editable: z
    .union([z.enum(["auto", "everything"]), regionInput])
    .optional()
    .describe("What may change; auto: the surroundings of source and target"),
  options: z.record(z.string(), optionValueSchema).optional().describe("Engine constants by name"),
};
export const editInput = z.strictObject(editFields);
export type EditInput = z.infer<typeof editInput>;

export const qualityInput = z.enum(QUALITIES);
export const waitInput = z.number().min(0).max(50).optional().describe("Seconds to wait for the end; the job goes on");

const warning = z.object({ code: z.string(), message: z.string() });
export const warningsOutput = z.array(warning);
export const boxOutput = z.array(z.number()).length(4);
export const pointOutput = z.array(z.number()).length(2);
const gates = z.object({
  sourceCleared: z.number(),
  targetArrived: z.number(),
  seamEnergy: z.number(),
  fillTexture: z.number(),
  fillPlausible: z.number(),
  score: z.number(),
});
export const receiptOutput = z.object({
  lossless: z.boolean(),
  outsideChanged: z.number(),
  outsideSha256: z.string(),
  outsidePixels: z.number(),
  outsideMaxDiff: z.number().optional(),
  outsidePsnr: z.number().optional(),
  editedBox: boxOutput,
  editableArea: z.number(),
});
export const editOutput = z.object({
  editId: z.string(),
  imageId: z.string(),
  width: z.number(),
  height: z.number(),
  path: z.string().describe("The full-resolution result"),
  tier: qualityInput.describe("Whose picture it is; a slower tier never replaces a better faster one"),
  tiers: z.object({ preview: gates.optional(), fast: gates.optional(), full: gates.optional() }),
  receipt: receiptOutput,
  metrics: z.record(z.string(), z.number()),
  seconds: z.record(z.string(), z.number()),
  peakMemoryBytes: z.number(),
  warnings: warningsOutput,
});
export type EditView = z.infer<typeof editOutput>;
