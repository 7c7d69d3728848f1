/** What an edit is asked with. */
import { z } from "@hono/zod-openapi";
import { editFields, modelInput, qualityInput } from "../../../tools/schemas.ts";

const choices = {
  quality: qualityInput.optional().describe("Default full"),
  model: modelInput.optional(),
  seed: z.int().min(0).max(0xffffffff).optional().describe("Same arguments and seed, same picture; default 42"),
};
export const editWish = z.strictObject({ ...editFields, ...choices }).openapi("EditWish");
