/** What travels between servers and workers. Redis holds names of blobs only, a few hundred bytes an edit: recipes hold
 * whole masks, outcomes hold recipes. */
import { z } from "zod";
import { recipeSchema } from "../engine/recipe/schema.ts";
import { type ErrorRecord, isErrorCode } from "../errors.ts";
import { fileName, outcomeSchema } from "../session/outcome-schema.ts";

/** Keys in Redis begin with it. */
export const PREFIX = "dragflow";

/** Workers make edits with a model one at a time; previews never wait for one. */
export const LANES = ["model", "preview"] as const;
export type Lane = (typeof LANES)[number];

/** Later versions are refused by earlier workers, not guessed at. */
export const PROTOCOL_VERSION = 1;

export const blobRefSchema = z.object({
  hash: z.string().regex(/^sha256-[A-Za-z0-9+/]{43}=$/),
  bytes: z.number().int().min(0),
});
const fileSchema = blobRefSchema.extend({ name: fileName });
export type SharedFile = z.infer<typeof fileSchema>;

/** A job as Redis holds it. `frames` is the channel on which somebody watches the sampling. */
export const jobSchema = z.object({
  version: z.literal(PROTOCOL_VERSION),
  wish: blobRefSchema,
  frames: z.string().exactOptional(),
});
export type EditJob = z.infer<typeof jobSchema>;

/** The edit that is wanted; masks are data URIs. `model` is the server's fingerprint of it. */
export const wishSchema = z.object({
  picture: fileSchema,
  recipe: recipeSchema,
  model: z.object({ name: z.string(), version: z.string().exactOptional() }).exactOptional(),
  device: z.string().exactOptional(),
  embed: z.boolean().exactOptional(),
});
export type SharedWish = z.infer<typeof wishSchema>;

/** What a finished job returns: the blob of a `made`. */
export const returnedSchema = z.object({ made: blobRefSchema });

/** The outcome with bare file names, and the blobs of all files of its folder. */
export const madeSchema = z.object({ outcome: outcomeSchema, files: z.array(fileSchema) });
export type Made = z.infer<typeof madeSchema>;

export const frameSchema = z.object({
  editId: z.string(),
  mimeType: z.enum(["image/webp", "image/jpeg", "image/png"]),
  width: z.number(),
  height: z.number(),
  data: z.string(),
});
export type SharedFrame = z.infer<typeof frameSchema>;

/** Channel on which workers hear which edit is cancelled. */
export const CANCELS = `${PREFIX}:cancel`;

/** Set while an edit is cancelled: who missed the message finds it. */
export function cancelKey(editId: string): string {
  return `${PREFIX}:cancelled:${editId}`;
}

/** BullMQ keeps a text of what failed: ours is an error record. */
export function failureText(record: ErrorRecord): string {
  return JSON.stringify(record);
}

const recordSchema = z.object({
  code: z.custom<ErrorRecord["code"]>(
    (code) => code === "unexpected" || (typeof code === "string" && isErrorCode(code)),
  ),
  message: z.string(),
  hint: z.string().exactOptional(),
});

/** undefined for a text that BullMQ wrote itself. */
export function failureOf(text: string): ErrorRecord | undefined {
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
