/** One case of the quality suite, as committed in evals/quality/cases.json: an object on a ground, and its motion. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { motionSchema, pointSchema } from "../../engine/recipe/schema.ts";

export const HALVES = ["dev", "reported"] as const;
export type Half = (typeof HALVES)[number];

const caseSchema = z.strictObject({
  id: z.string(),
  half: z.enum(HALVES),
  /** Names under objects/ and grounds/. */
  object: z.string(),
  ground: z.string(),
  /** Where the object stands in the input: its centre and longest edge in pixels. */
  centre: pointSchema,
  edge: z.number().positive(),
  motion: motionSchema,
  /** A contact shadow on the ground, which moves along and is part of the region. */
  shadow: z.boolean(),
  /** Standard deviation, in levels, of noise over the whole picture; the same noise lies over the truth. */
  noise: z.number().min(0),
  seed: z.number().int(),
});
export type QualityCase = z.infer<typeof caseSchema>;

/** `dir` is evals/quality. */
export async function readCases(dir: string): Promise<QualityCase[]> {
  return z.array(caseSchema).parse(JSON.parse(await readFile(join(dir, "cases.json"), "utf8")));
}
