/** What the engine found, as it is read back from a journal: the types of api.ts, checked. `satisfies` demands a row for
 * every field, the optional ones too: what has none would be lost. */
import { z } from "zod";
import type { EditOutcome, Gates, ImageInfo, KeptCoefficients, Receipt, Seconds, Selection } from "../engine/api.ts";
import { QUALITIES, recipeSchema } from "../engine/recipe/schema.ts";

/** A PSNR of equal pictures is infinite, and JSON has no word for that. */
const number = z.union([z.number(), z.enum(["Infinity", "-Infinity", "NaN"]).transform(Number)]);
const count = z.number().int().min(0);
const box = z.tuple([number, number, number, number]);
type Row<Of> = Record<keyof Of, z.ZodType>;

const warnings = z.array(z.object({ code: z.string(), message: z.string() }));

/** A file of a session by its bare name; nothing in it leads to another folder or names a device. */
export const fileName = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,98}[A-Za-z0-9])?$/)
  .refine((name) => !/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name), "Expected no name of a device");

export const infoSchema: z.ZodType<ImageInfo> = z.object({
  width: count.min(1),
  height: count.min(1),
  format: z.string(),
  channels: count,
  depth: count,
  warnings,
} satisfies Row<ImageInfo>);

export const selectionSchema: z.ZodType<Selection> = z.object({
  box,
  centroid: z.tuple([number, number]),
  area: number,
  confidence: number,
  warnings,
} satisfies Row<Selection>);

const gates = z.object({
  sourceCleared: number,
  targetArrived: number,
  seamEnergy: number,
  fillTexture: number,
  fillPlausible: number,
  score: number,
} satisfies Row<Gates>);

const receipt = z.object({
  lossless: z.boolean(),
  outsideChanged: count,
  outsideSha256: z.string(),
  outsidePixels: count,
  outsideMaxDiff: number.exactOptional(),
  outsidePsnr: number.exactOptional(),
  editedBox: box,
  editableArea: number,
  jpeg: z
    .object({ keptMcus: count, changedMcus: count, exact: z.boolean() } satisfies Row<KeptCoefficients>)
    .exactOptional(),
} satisfies Row<Receipt>);

const seconds = z.object({
  total: number,
  encode: number,
  invert: number,
  drag: number,
  sample: number,
  decode: number,
  composite: number,
} satisfies Row<Seconds>);

const perTier = <Schema extends z.ZodType>(schema: Schema) =>
  z.object({ preview: schema.exactOptional(), fast: schema.exactOptional(), full: schema.exactOptional() });

const files = z.object({
  image: fileName,
  editable: fileName,
  before: fileName,
  after: fileName,
  diff: fileName,
  regions: fileName,
  recipe: fileName,
  loss: fileName,
  film: fileName.exactOptional(),
  tiers: perTier(fileName),
} satisfies Row<EditOutcome["files"]>);

/** Its `files` are bare names. */
export const outcomeSchema: z.ZodType<EditOutcome> = z.object({
  files,
  width: count.min(1),
  height: count.min(1),
  tier: z.enum(QUALITIES),
  tiers: perTier(gates),
  nothing: gates.exactOptional(),
  why: z.string().exactOptional(),
  regimes: z.array(z.enum(["cut", "bend"])).exactOptional(),
  receipt,
  metrics: z.record(z.string(), number),
  seconds,
  peakMemoryBytes: number,
  recipe: recipeSchema,
  warnings,
} satisfies Row<EditOutcome>);
