/** A suite file: cases on pictures, each an edit as a recipe writes it or a request in words, with what must come out. */
import { z } from "zod";
import { MOTION_TYPES } from "../../engine/recipe/motion-check.ts";
import { operationSchema, qualitySchema, recipeSchema, regionSchema } from "../../engine/recipe/schema.ts";
import { SCORERS } from "../metrics/index.ts";
import type { Scorer } from "../scorer.ts";

const limit = z.number().finite();
const weight = z.number().positive().max(1000).optional().describe("share of the case's grade, default 1");
/** Inclusive. A list of two forms, so that the published schema asks for at least one of the keys too. */
const boundSchema = z.union([
  z.strictObject({ min: limit, max: limit.optional(), weight }),
  z.strictObject({ max: limit, min: limit.optional(), weight }),
]);
export interface Bound {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly weight?: number | undefined;
}
/** By the names of scorers. */
export type Thresholds = Readonly<Record<string, Bound | undefined>>;

function thresholdsOf(scorers: readonly Scorer[]) {
  const rows = scorers.map(({ name, unit }) => [name, boundSchema.optional().describe(`${unit}, inclusive`)] as const);
  return z.strictObject(Object.fromEntries(rows));
}

const angleSchema = z.strictObject({
  degrees: z.number().min(-360).max(360).describe("clockwise on the screen"),
  within: z.number().positive().max(180).default(15).describe("allowed difference either way"),
});
const overlapSchema = z.strictObject({
  is: regionSchema.describe("drawn, or a mask's file; not what a segmenter finds"),
  iou: z.number().min(0).max(1).default(0.5).describe("least intersection over union of the regions that are moved"),
});
const stepsSchema = z.union([
  z.strictObject({ min: limit, max: limit.optional() }),
  z.strictObject({ max: limit, min: limit.optional() }),
]);
const expectSchema = z.strictObject({
  type: z.enum(MOTION_TYPES).optional().describe("motion that the request must become"),
  region: overlapSchema.optional().describe("region that the request must mean"),
  direction: angleSchema.optional().describe("where the region's centroid goes: 0 right, 90 down, 180 left, -90 up"),
  turn: angleSchema.optional().describe("by how much the region is turned"),
  tier: qualitySchema.optional().describe("tier that must win"),
  tools: z.array(z.string().min(1)).optional().describe("tools that the agent must have called"),
  steps: stepsSchema.optional().describe("how many calls the agent made"),
  budget: z
    .strictObject({ seconds: limit.optional(), tokens: limit.optional(), money: limit.optional() })
    .optional()
    .describe("most that it may take: the engine's seconds, the language model's tokens and price"),
});
export type Expectation = z.infer<typeof expectSchema>;

const pass = z
  .number()
  .min(0)
  .max(1)
  .describe("least grade, the weighted share of expectations and thresholds that hold");
const trials = z.number().int().min(1).max(100).describe("runs, each with the next seed");
const timeout = z.number().positive().describe("seconds that one trial may take");
const tags = z.array(z.string().regex(/^[\w.-]+$/, "letters, digits, _, . and -")).max(20);

function commonKeys(thresholds: ReturnType<typeof thresholdsOf>) {
  return {
    name: z.string().min(1).max(80),
    image: z.string().min(1).describe("path relative to the suite file"),
    truth: z.string().min(1).optional().describe("picture that the edit should give, path relative to the suite file"),
    tags: tags.optional().describe("for --tag, beside those of the defaults"),
    trials: trials.optional(),
    timeout: timeout.optional(),
    pass: pass.optional(),
    expect: expectSchema.default({}),
    thresholds: thresholds.default({}).describe("of this case's result, per scorer, over those of the defaults"),
  };
}

/** With the names of `extra` scorers beside the shipped ones. */
export function suiteSchemaWith(extra: readonly Scorer[]) {
  const thresholds = thresholdsOf([...SCORERS, ...extra]);
  const common = commonKeys(thresholds);
  const { prompt, sourcePrompt, editable, options, seed, model } = recipeSchema.shape;
  const editCase = z.strictObject({
    ...common,
    edit: z.array(operationSchema).min(1).max(16).describe("operations as in a recipe, run by the engine"),
    prompt: prompt.unwrap().optional(),
    sourcePrompt: sourcePrompt.unwrap().optional(),
    editable: editable.unwrap().optional(),
    options: options.unwrap().optional().describe("engine constants by name, over those of the defaults"),
  });
  const sayCase = z.strictObject({
    ...common,
    say: z.string().min(1).max(4000).describe("a request in words, run through the agent"),
    region: regionSchema.optional().describe("the current selection; a box is fitted to the object in it"),
  });
  const defaults = z.strictObject({
    quality: qualitySchema.optional(),
    seed: seed.unwrap().optional(),
    model: model.unwrap().optional(),
    options: options.unwrap().optional().describe("engine constants by name; edit cases only"),
    trials: trials.optional(),
    timeout: timeout.optional(),
    pass: pass.optional(),
    tags: tags.optional(),
    thresholds: thresholds.optional().describe("of every case's result, per scorer"),
  });
  return z.strictObject({
    $schema: z.string().optional(),
    name: z.string().min(1).max(80),
    extends: z
      .string()
      .min(1)
      .optional()
      .describe("another suite, whose cases, defaults and thresholds are taken over"),
    defaults: defaults.default({}),
    cases: z
      .array(z.union([editCase, sayCase]))
      .min(1)
      .optional(),
    thresholds: thresholds.default({}).describe("of the results' means over all cases, per scorer"),
  });
}

export const suiteSchema = suiteSchemaWith([]);
export type SuiteFile = z.infer<typeof suiteSchema>;
/** As written: what has a default may be left out. */
export type SuiteInput = z.input<typeof suiteSchema>;
export type SuiteDefaults = SuiteFile["defaults"];
export type CaseEntry = NonNullable<SuiteFile["cases"]>[number];
