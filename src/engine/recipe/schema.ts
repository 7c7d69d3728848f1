/** The edit recipe: plain data that says what moves where. Shapes are the published contract; coordinates are
 * continuous pixels of the original image (after EXIF orientation), angles degrees, clockwise-positive on the screen. */
import { z } from "zod";

const coordinate = z.number().finite();
export const pointSchema = z.tuple([coordinate, coordinate]);
const boxSchema = z.tuple([coordinate, coordinate, coordinate, coordinate]);
const positive = z.number().finite().positive();

/** Where something is: exactly one way to say it. Pixels of the original. */
export const regionSchema = z.union([
  z.strictObject({ mask: z.string().min(1).describe("PNG path relative to the recipe file, or a PNG data URI") }),
  z.strictObject({ box: boxSchema.describe("everything in the box, its ground included") }),
  z.strictObject({ polygon: z.array(pointSchema).min(3) }),
  z.strictObject({ ellipse: z.strictObject({ center: pointSchema, radius: z.tuple([positive, positive]) }) }),
  z.strictObject({ stroke: z.strictObject({ points: z.array(pointSchema).min(1), width: positive }) }),
  z.strictObject({ at: pointSchema.describe("what is at this point") }),
  z.strictObject({ object: boxSchema.describe("the thing in this box, without its ground") }),
]);
export type RegionSpec = z.infer<typeof regionSchema>;

const offset = { by: pointSchema.optional(), to: pointSchema.optional() };
const relocation = z.strictObject({ type: z.literal("relocation"), ...offset });
const deformation = z.strictObject({ type: z.literal("deformation"), ...offset });
const rotation = z.strictObject({
  type: z.literal("rotation"),
  degrees: z.number().finite().optional(),
  to: pointSchema.optional(),
  about: pointSchema.optional(),
});
const scale = z.strictObject({
  type: z.literal("scale"),
  factor: z.union([positive, z.tuple([positive, positive])]),
  about: pointSchema.optional(),
});
/** One affine motion; `by` and `to` in pixels, `degrees` clockwise, `about` is the fixed point. */
export const simpleMotionSchema = z.discriminatedUnion("type", [relocation, deformation, rotation, scale]);
export type SimpleMotion = z.infer<typeof simpleMotionSchema>;
const compose = z.strictObject({ type: z.literal("compose"), motions: z.array(simpleMotionSchema).min(1).max(8) });
/** One motion, or several applied in order. */
export const motionSchema = z.discriminatedUnion("type", [relocation, deformation, rotation, scale, compose]);
export type Motion = z.infer<typeof motionSchema>;

/** One region and how it moves. */
export const operationSchema = z.strictObject({
  label: z.string().max(200).optional(),
  region: regionSchema,
  motion: motionSchema,
  keepSource: z.boolean().optional().describe("true leaves the original in place: a copy appears at the target"),
});
export type Operation = z.infer<typeof operationSchema>;

/** From the fastest to the slowest. */
export const QUALITIES = ["preview", "fast", "full"] as const;
export const qualitySchema = z.enum(QUALITIES);
export type Quality = z.infer<typeof qualitySchema>;

/** What an engine constant may be set to; each constant is checked under its own name later. */
export const optionValueSchema = z.union([
  z.number(),
  z.string(),
  z.boolean(),
  z.null(),
  z.array(z.union([z.number(), z.string()])),
]);

/** A whole edit; `parseRecipe` checks besides that motions are complete. */
export const recipeSchema = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1).default(1),
  prompt: z.string().max(4000).default("").describe("what the picture should show: the intent prompt"),
  sourcePrompt: z.string().max(4000).default("").describe("what the picture shows now"),
  operations: z.array(operationSchema).min(1).max(16),
  editable: z.union([z.literal("auto"), z.literal("everything"), regionSchema]).default("auto"),
  quality: qualitySchema.default("full"),
  model: z.string().min(1).default("mini"),
  seed: z.number().int().min(0).max(0xffffffff).default(42),
  options: z.record(z.string(), optionValueSchema).default({}).describe("engine constants by name"),
  picture: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .describe("SHA-256 of the picture's samples, set when the recipe is resolved: on another picture it warns"),
});
export type Recipe = z.infer<typeof recipeSchema>;
/** A recipe as written: what has a default may be left out. */
export type RecipeInput = z.input<typeof recipeSchema>;
