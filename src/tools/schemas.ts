/** Shapes that several tools share. Points and boxes are plain arrays here, not tuples: the JSON Schema of a tuple is
 * refused by some model endpoints. The recipe's own schema checks the assembled recipe once more. */
import { z } from "zod";
import { optionValueSchema, QUALITIES } from "../engine/recipe/schema.ts";
import { clean } from "./clean.ts";

/** Beyond any picture; keeps products of coordinates finite. */
const FAR = 1_000_000;
/** Base64 of 20 MB, and some for the head. */
export const MAX_DATA_URI = 27_000_000;

const id = z.string().min(1).max(100);
export const coordinate = z.number().min(-FAR).max(FAR);
export const pictureId = id.describe("An imageId, or an editId: edits chain");
export const regionId = id.describe("From select_region");
export const editIdInput = id.describe("From preview_edit, start_edit or job_status");
export const candidateId = id.describe("From propose_intents");
export const jobIdInput = id.describe("From start_edit or chat_edit");
export const pathInput = z.string().min(1).max(4096);
/** Shown to people and models: one line, no control characters. */
export const labelInput = z
  .string()
  .max(200)
  .overwrite((text) => clean(text, 200).replace(/ +/g, " ").trim());
export const promptInput = z.string().max(4000);
export const pointInput = z.array(coordinate).min(2).max(2).describe("[x, y]");
export const boxInput = z.array(coordinate).min(4).max(4).describe("[x0, y0, x1, y1], half-open");
export const polygonInput = z.array(pointInput).min(3).max(2000);
export const strokeInput = z.strictObject({
  points: z.array(pointInput).min(1).max(5000),
  width: z.number().positive().max(10_000).describe("Always in pixels"),
});
export const coordSpaceInput = z.enum(["pixel", "norm1000", "norm1"]);

const regionInput = z
  .strictObject({
    mask: z
      .string()
      .max(MAX_DATA_URI)
      .optional()
      .describe("PNG path inside the roots, or a PNG data URI; non-zero = region"),
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
const factor = z.number().positive().max(100);
const motionFields = {
  type: z.enum(MOTION_TYPES).describe("translation and transformation mean relocation"),
  by: pointInput.optional().describe("relocation, deformation: shift in pixels, x right, y down"),
  to: pointInput.optional().describe("where the region's centroid goes; rotation: the point it turns to"),
  degrees: z.number().min(-3600).max(3600).optional().describe("rotation: clockwise positive"),
  about: pointInput.optional().describe("rotation (required), scale: the fixed point"),
  factor: z
    .union([factor, z.array(factor).min(2).max(2)])
    .optional()
    .describe("scale: one factor or [sx, sy]"),
};
const simpleMotionInput = z.strictObject(motionFields);
export const motionInput = z.strictObject({
  ...motionFields,
  motions: z.array(simpleMotionInput).min(1).max(8).optional().describe("compose: applied in order"),
});

const operationInput = z.strictObject({
  regionId: id.optional().describe("From select_region; this or region"),
  region: regionInput.optional(),
  motion: motionInput,
  label: labelInput.optional(),
  keepSource: z.boolean().optional().describe("true leaves the original in place: a copy appears at the target"),
});

const editDetails = {
  prompt: promptInput.optional().describe("What the picture should show afterwards"),
  sourcePrompt: promptInput.optional().describe("What the picture shows now"),
  editable: z
    .union([z.enum(["auto", "everything"]), regionInput])
    .optional()
    .describe("What may change; auto: the surroundings of source and target"),
  options: z.record(z.string().max(100), optionValueSchema).optional().describe("Engine constants by name"),
};
const operationsInput = z.array(operationInput).min(1).max(16);

/** An edit that is said in full. */
export const editInput = z.strictObject({ imageId: pictureId, operations: operationsInput, ...editDetails });
export type EditInput = z.infer<typeof editInput>;

/** What preview_edit and start_edit have in common: an edit said in full, or a proposed one by its name. */
export const editFields = {
  imageId: pictureId.optional().describe("An imageId, or an editId: edits chain. Needed unless candidateId is given"),
  operations: operationsInput.optional().describe("What moves where; this or candidateId"),
  candidateId: candidateId.optional().describe("A candidate of propose_intents; this or operations"),
  ...editDetails,
};
const editOrCandidate = z.strictObject(editFields);
export type EditOrCandidate = z.infer<typeof editOrCandidate>;

export const qualityInput = z.enum(QUALITIES);
export const modelInput = z
  .string()
  .min(1)
  .max(4096)
  .describe("Name of a model, or a folder inside the roots; default mini");
export const waitInput = z.number().min(0).max(50).optional().describe("Seconds to wait for the end; the job goes on");

const warning = z.object({
  code: z.string(),
  message: z.string(),
  polygon: z.array(z.array(z.number())).optional().describe("Corners of a region that the warning offers"),
});
export const warningsOutput = z.array(warning);
export const boxOutput = z.array(z.number()).min(4).max(4);
export const pointOutput = z.array(z.number()).min(2).max(2);
export const gatesOutput = z.object({
  sourceCleared: z.number().describe("0–1: the thing is gone from its old place"),
  targetArrived: z.number().describe("0–1: it is at the new one"),
  seamEnergy: z.number().describe("1 is inconspicuous, higher is a visible seam"),
  fillTexture: z.number().describe("1 is natural, near 0 is smear"),
  fillPlausible: z.number().describe("0–1: what fills the gap occurs around it"),
  score: z.number().describe("Orders results, higher is better"),
});
export const tiersOutput = z.object({
  preview: gatesOutput.optional(),
  fast: gatesOutput.optional(),
  full: gatesOutput.optional(),
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
  jpeg: z
    .object({ keptMcus: z.number(), changedMcus: z.number(), exact: z.boolean() })
    .optional()
    .describe(
      "Of a JPEG written of a JPEG: MCUs with the original's coefficients, and others; exact: only edited ones changed",
    ),
});
export const editOutput = z.object({
  editId: z.string(),
  imageId: z.string(),
  width: z.number(),
  height: z.number(),
  uri: z.string().describe("Resource of the full-resolution result"),
  path: z.string().optional().describe("Its file, for callers on the same machine"),
  tier: qualityInput.describe("Whose picture it is; a slower tier never replaces a measurably better faster one"),
  why: z.string().optional().describe("Why that tier, with both scores"),
  tiers: tiersOutput,
  regimes: z
    .array(z.enum(["cut", "bend"]))
    .optional()
    .describe("Per operation: cut out and moved, or bent"),
  receipt: receiptOutput,
  metrics: z.record(z.string(), z.number()),
  seconds: z.record(z.string(), z.number()),
  peakMemoryBytes: z.number(),
  warnings: warningsOutput,
});
export type EditView = z.infer<typeof editOutput>;
