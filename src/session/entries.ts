/** What a journal's lines say, checked on the way in and on the way out. */
import { z } from "zod";
import { STAGES } from "../engine/api.ts";
import { EditError, type ErrorRecord, isErrorCode } from "../errors.ts";
import { ID_FORMS, type IdKind } from "./ids.ts";
import { JOB_LANES, JOB_STATUSES, type JobView } from "./job-view.ts";
import { fileName, infoSchema, outcomeSchema, selectionSchema } from "./outcome-schema.ts";

/** Journals of later versions are refused, not guessed at. */
export const JOURNAL_VERSION = 1;

const id = (kind: IdKind) => z.string().regex(ID_FORMS[kind]);
const picture = z.union([id("image"), id("edit")]);
const time = z.iso.datetime();

/** What people may call things: one line without control characters. */
export const NAME = /^[^\p{Cc}\p{Zl}\p{Zp}]{1,120}$/u;
const name = z.string().regex(NAME);

/** A file of the session and the blob that holds its bytes; a session without blobs lists none. */
const file = z.object({
  name: fileName,
  hash: z.string().regex(/^sha256-[A-Za-z0-9+/]{43}=$/),
  bytes: z.number().int().min(0),
});
export type StoredFile = z.infer<typeof file>;

const preview = z.object({
  name: fileName,
  mimeType: z.enum(["image/webp", "image/jpeg", "image/png"]),
  width: z.number().int().min(1),
  height: z.number().int().min(1),
});
export type StoredPreview = z.infer<typeof preview>;

const model = z.object({ name: z.string(), version: z.string().exactOptional() });
export type ModelMark = z.infer<typeof model>;

const node = { at: time, branch: name, files: z.array(file), preview: preview.exactOptional() };

const errorSchema = z.object({
  code: z.custom<ErrorRecord["code"]>(
    (code) => typeof code === "string" && (code === "unexpected" || isErrorCode(code)),
  ),
  message: z.string(),
  hint: z.string().exactOptional(),
});
const progress = z.object({
  stage: z.enum(STAGES),
  done: z.number(),
  total: z.number(),
  loss: z.number().exactOptional(),
});
const jobView: z.ZodType<JobView> = z.object({
  jobId: id("job"),
  status: z.enum(JOB_STATUSES),
  progress: progress.exactOptional(),
  editId: id("edit").exactOptional(),
  answer: z.record(z.string(), z.unknown()).exactOptional(),
  error: errorSchema.exactOptional(),
});

const entrySchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("session"), version: z.literal(JOURNAL_VERSION), id: id("session"), at: time }),
  z.object({ type: z.literal("image"), id: id("image"), file: fileName, name: z.string(), info: infoSchema, ...node }),
  z.object({
    type: z.literal("region"),
    id: id("region"),
    imageId: picture,
    mask: fileName,
    files: z.array(file),
    label: z.string().exactOptional(),
    selection: selectionSchema,
  }),
  z.object({
    type: z.literal("edit"),
    id: id("edit"),
    imageId: picture,
    outcome: outcomeSchema,
    model: model.exactOptional(),
    ...node,
  }),
  /** The cursor went to a picture; `branch` is null where no branch holds it. */
  z.object({ type: z.literal("move"), to: picture, branch: name.nullable() }),
  z.object({ type: z.literal("branch"), name, at: picture }),
  z.object({ type: z.literal("rename-branch"), from: name, to: name }),
  z.object({ type: z.literal("remove-branch"), name }),
  z.object({ type: z.literal("rename"), id: picture, name }),
  z.object({ type: z.literal("favourite"), id: picture, on: z.boolean() }),
  z.object({ type: z.literal("prune"), removed: z.array(picture) }),
  z.object({
    type: z.literal("job"),
    jobId: id("job"),
    lane: z.enum(JOB_LANES),
    /** What it makes: whoever opens the session next can find out whether it was made. */
    edit: z.object({ id: id("edit"), imageId: picture }).exactOptional(),
  }),
  z.object({ type: z.literal("job-end"), view: jobView }),
]);

export type Entry = z.output<typeof entrySchema>;
export type EntryOf<Type extends Entry["type"]> = Extract<Entry, { type: Type }>;

/** Throws `session-damaged` for what is no entry of this version. */
export function parseEntry(entry: unknown, line?: number): Entry {
  const parsed = entrySchema.safeParse(entry);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join(".") || "entry";
  throw new EditError(
    "session-damaged",
    `${line === undefined ? "A new entry" : `Line ${line}`} of the journal: ${where}: ${issue?.message}`,
    {
      hint: "A later version of the program may have written it",
    },
  );
}
