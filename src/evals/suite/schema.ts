/** A suite file: cases on pictures, each an edit as a recipe writes it or a request in words, with what must come out. */
import { z } from "zod";
import { MOTION_TYPES } from "../../engine/recipe/motion-check.ts";
import { operationSchema, qualitySchema, recipeSchema, regionSchema } from "../../engine/recipe/schema.ts";
import { METRIC_NAMES, METRICS, type MetricName } from "../metrics/index.ts";

const limit = z.number().finite();
/** Inclusive. A list of two forms, so that the published schema asks for at least one of the keys too. */
const boundSchema = z.union([
  z.strictObject({ min: limit, max: limit.optional() }),
  z.strictObject({ max: limit, min: limit.optional() }),
]);
export type Bound = z.infer<typeof boundSchema>;

// fromEntries forgets the names that it was given.
const boundPerMetric = Object.fromEntries(
  METRIC_NAMES.map((name) => [name, boundSchema.optional().describe(`${METRICS[name].unit}, inclusive`)]),
) as Record<MetricName, z.ZodOptional<typeof boundSchema>>;
const thresholdsSchema = z.strictObject(boundPerMetric);
export type Thresholds = z.infer<typeof thresholdsSchema>;

const angleSchema = z.strictObject({
  degrees: z.number().min(-360).max(360).describe("clockwise on the screen"),
  within: z.number().positive().max(180).default(15).describe("allowed difference either way"),
});
const expectSchema = z.strictObject({
  type: z.enum(MOTION_TYPES).optional().describe("motion that the request must become"),
  direction: angleSchema.optional().describe("where the region's centroid goes: 0 right, 90 down, 180 left, -90 up"),
  turn: angleSchema.optional().describe("by how much the region is turned"),
  tier: qualitySchema.optional().describe("tier that must win"),
});
export type Expectation = z.infer<typeof expectSchema>;

const common = {
  name: z.string().min(1).max(80),
  image: z.string().min(1).describe("path relative to the suite file"),
  expect: expectSchema.default({}),
  thresholds: thresholdsSchema.default({}).describe("of this case's result, per metric"),
};
const editCaseSchema = z.strictObject({
  ...common,
  edit: z.array(operationSchema).min(1).max(16).describe("operations as in a recipe, run by the engine"),
});
const sayCaseSchema = z.strictObject({
  ...common,
  say: z.string().min(1).max(4000).describe("a request in words, run through the agent with the local planner"),
  region: regionSchema.optional().describe("the current selection; a box is fitted to the object in it"),
});
const caseSchema = z.union([editCaseSchema, sayCaseSchema]);

const defaultsSchema = z.strictObject({
  quality: qualitySchema.optional(),
  seed: recipeSchema.shape.seed.unwrap().optional(),
  model: recipeSchema.shape.model.unwrap().optional(),
  options: recipeSchema.shape.options.unwrap().optional().describe("engine constants by name; edit cases only"),
});

export const suiteSchema = z.strictObject({
  name: z.string().min(1).max(80),
  extends: z.string().min(1).optional().describe("another suite, whose cases, defaults and thresholds are taken over"),
  defaults: defaultsSchema.default({}),
  cases: z.array(caseSchema).min(1).optional(),
  thresholds: thresholdsSchema.default({}).describe("of the results' means over all cases, per metric"),
});
export type SuiteFile = z.infer<typeof suiteSchema>;
export type SuiteDefaults = SuiteFile["defaults"];
export type CaseEntry = z.infer<typeof caseSchema>;
